"""Reminders to staff: a month was opened, is not approved yet, or was missed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, CampaignState, Role, StepKind
from campaigns.planning import step_notices, steps
from campaigns.planning.notices import EVERYBODY_AT_WORK, Notice, written

SOON = timedelta(days=4)
VERY_SOON = timedelta(days=1)
TOLD_OF_A_MISS = timedelta(days=7)
WRITERS = frozenset({Role.AUTHOR})
DECIDERS = frozenset({Role.AUTHOR, Role.APPROVER})


class ReminderKind(StrEnum):
    """What is said; each kind once for a month."""

    OPENED = "opened"
    SOON = "soon"
    VERY_SOON = "very-soon"
    MISSED = "missed"


SUBJECTS = {
    ReminderKind.OPENED: "{}: the draft is open",
    ReminderKind.SOON: "{} is not approved yet",
    ReminderKind.VERY_SOON: "{} is about to go and is not approved",
    ReminderKind.MISSED: "{} was missed: nobody got an email",
}


def due(session: Session, *, now: datetime) -> Iterator[Notice]:
    """Return the reminders that are due; a later kind replaces the earlier ones."""
    states = (CampaignState.DRAFT, CampaignState.MISSED)
    for campaign in session.scalars(select(Campaign).where(Campaign.state.in_(states))):
        yield from _of(session, campaign, now)


def _of(session: Session, campaign: Campaign, now: datetime) -> Iterator[Notice]:
    goes = f"It goes on {written(campaign.send_at)}."
    if campaign.state == CampaignState.MISSED:
        if campaign.finished_at and now - campaign.finished_at < TOLD_OF_A_MISS:
            reason = campaign.state_reason or "It was not ready in time."
            late = "Check-in never sends a month late by itself."
            yield _notice(campaign, ReminderKind.MISSED, EVERYBODY_AT_WORK, reason, late)
    elif campaign.send_at - now <= VERY_SOON:
        ends = f"Approved after {written(campaign.not_after)} it is not sent at all."
        unapproved = "Nobody has approved it yet."
        last = _last_said(session, campaign)
        yield _notice(campaign, ReminderKind.VERY_SOON, DECIDERS, goes, unapproved, *last, ends)
    elif campaign.send_at - now <= SOON:
        needed = "Somebody who did not write it has to approve it first."
        last = _last_said(session, campaign)
        yield _notice(campaign, ReminderKind.SOON, DECIDERS, goes, needed, *last)
    else:
        yield _notice(
            campaign, ReminderKind.OPENED, WRITERS, "It starts from last month’s text.", goes
        )


def _last_said(session: Session, campaign: Campaign) -> list[str]:
    """Who asked for the approval or sent the text back, if that is how it stands, and the note."""
    last = steps.last_of(session, campaign, steps.DRAFT_AFTER)
    is_open = last is not None and last.kind in (StepKind.ASKED, StepKind.SENT_BACK)
    return step_notices.said(last, campaign) if last and is_open else []


def _notice(
    campaign: Campaign, kind: ReminderKind, readers: frozenset[Role], *lines: str
) -> Notice:
    return Notice(campaign.month, kind, readers, SUBJECTS[kind], lines)
