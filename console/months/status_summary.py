"""A campaign's state in a sentence, and what is missing before it can be sent."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns.models import Campaign, CampaignState, StepKind
from campaigns.planning import steps
from campaigns.ses import account, sender_identity
from campaigns.watching import progress
from campaigns.writing import review
from console.words import count, moment


@dataclass(frozen=True, slots=True)
class StatusSummary:
    """A campaign's state; `missing` has a sentence for each thing still to be done."""

    sentence: str
    missing: list[str] = field(default_factory=list)


def of(session: Session, campaign: Campaign, *, now: datetime) -> StatusSummary:
    """Summarise one campaign."""
    if campaign.state == CampaignState.DRAFT:
        return StatusSummary(_draft(session, campaign, now), _missing(session, campaign))
    if campaign.is_held:
        return StatusSummary(_held_sentence(session, campaign, now), ["Somebody releases it."])
    if campaign.state == CampaignState.SENDING:
        return StatusSummary(_sending_sentence(session, campaign, now))
    return StatusSummary(_sentence(campaign, now))


def _sending_sentence(session: Session, campaign: Campaign, now: datetime) -> str:
    held = account.paused_because(session, now=now)
    if held:
        return f"All sending stands still: {held}"
    counts = progress.counts(session, campaign.id)
    waiting = sum(counts[state] for state in progress.OPEN)
    total = sum(counts.values())
    return f"Going out now: {count(total - waiting)} of {count(total)} done."


def _draft(session: Session, campaign: Campaign, now: datetime) -> str:
    """What was said last of a draft, and what it waits for."""
    last = steps.last_of(session, campaign, steps.DRAFT_AFTER)
    waits = _draft_sentence(campaign, now)
    if last is None:
        return waits
    if last.kind == StepKind.ASKED:
        return f"{last.who} asked for approval on {moment(last.at, now)}. {waits}"
    if last.kind == StepKind.SENT_BACK:
        return f"{last.who} sent it back on {moment(last.at, now)}: “{last.note}” {waits}"
    reason = (campaign.state_reason or "The approval is void").rstrip(".")
    why = f": “{last.note}”" if last.kind == StepKind.WITHDRAWN and last.note else "."
    return f"{reason}{why} {waits}"


def _held_sentence(session: Session, campaign: Campaign, now: datetime) -> str:
    held = steps.last_of(session, campaign, [StepKind.HELD])
    who = f" by {held.who}" if held else ""
    why = f" “{held.note}”" if held and held.note else ""
    ends = moment(campaign.not_after, now)
    return f"On hold{who}.{why} Released after {ends} it is not sent at all."


def _draft_sentence(campaign: Campaign, now: datetime) -> str:
    if now > campaign.not_after:
        return f"The time to send it ended on {moment(campaign.not_after, now)}."
    if now >= campaign.send_at:
        until = moment(campaign.not_after, now)
        return f"It is due now. Approved before {until}, it goes at once."
    return "Nothing goes out until it is approved."


def _missing(session: Session, campaign: Campaign) -> list[str]:
    text = review.of_campaign(session, campaign)
    if text is None:
        return ["The text is not written yet."]
    if text.blocking:
        what = "one thing" if len(text.blocking) == 1 else f"{len(text.blocking)} things"
        return [f"Put right {what} in the text.", "Then somebody else approves it."]
    approving = "An approver who did not write it approves it."
    return [*filter(None, [sender_identity.obstacle(session)]), approving]


def _sentence(campaign: Campaign, now: datetime) -> str:
    finished = moment(campaign.finished_at, now) if campaign.finished_at else ""
    sentences = {
        CampaignState.APPROVED: "Approved. It goes by itself; nothing is left to do.",
        CampaignState.HANDING_OVER: "The platform is handing over the mailing list.",
        CampaignState.PAUSED: "Nothing goes out until somebody resumes it.",
        CampaignState.SENT: f"Done on {finished}." if finished else "Done.",
        CampaignState.CANCELLED: "It will not go out.",
        CampaignState.MISSED: "It was not ready in time, so it was not sent.",
    }
    sentence = sentences[CampaignState(campaign.state)]
    return campaign.state_reason or sentence
