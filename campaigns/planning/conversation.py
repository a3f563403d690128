"""Ask, send back, withdraw, hold, release, move: the steps of a month besides its approval.

Each is listed in `steps.TRANSITIONS` and writes its step and its audit row in the caller's
transaction. The others are told of it once (`campaigns.planning.step_notices`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from campaigns import staff
from campaigns.models import Campaign, CampaignState, CutReason, MonthStep, Role, Staff, StepKind
from campaigns.planning import approval, steps
from campaigns.planning.drafts import Schedule
from campaigns.planning.notices import written
from campaigns.writing import review, versions
from kit.errors import BadInput, Problem, Refused

NO_APPROVER = (
    "Nobody on staff may approve this: an approver is needed who did not write it. "
    "An admin can add one."
)
NO_NOTE = "Write what should be different, so that its authors know."


def ask(session: Session, *, month: str, by: str, now: datetime, note: str = "") -> list[str]:
    """Ask every approver who did not write it; returns who that is.

    Raises:
        NotFound: there is no such month, or `by` is not on the staff.
        Refused: `by` is no author, the month is no draft, a check blocks it, or nobody may approve.
    """
    campaign, member = steps.require(session, month=month, kind=StepKind.ASKED, by=by)
    found = review.of_campaign(session, campaign)
    if found is None or found.blocking:
        raise Refused("The checks name something to put right first; then ask again.")
    asked = [each.email for each in approvers(session, campaign)]
    if not asked:
        raise Refused(NO_APPROVER)
    versions.cut(session, campaign, CutReason.ASKED)
    steps.take(session, campaign, StepKind.ASKED, by=member.email, now=now, note=note)
    return asked


def send_back(
    session: Session, *, month: str, by: str, now: datetime, note: str, field: str | None = None
) -> None:
    """Give the month back to its authors with a note, at a field or about the whole.

    Raises:
        NotFound: there is no such month, or `by` is not on the staff.
        Refused: `by` is no approver, or the month is no draft.
        BadInput: there is no note.
    """
    campaign, member = steps.require(session, month=month, kind=StepKind.SENT_BACK, by=by)
    if not note.strip():
        raise BadInput([Problem("note", NO_NOTE)])
    kind = StepKind.SENT_BACK
    versions.cut(session, campaign, CutReason.ASKED)
    steps.take(session, campaign, kind, by=member.email, now=now, note=note, field=field)


def withdraw(session: Session, *, month: str, by: str, now: datetime, note: str = "") -> None:
    """Take an approval back before the month goes; it is a draft again.

    Raises:
        NotFound: there is no such month, or `by` is not on the staff.
        Refused: `by` has not the role, or the month has no approval or is leaving.
    """
    campaign, member = steps.require(session, month=month, kind=StepKind.WITHDRAWN, by=by)
    because, kind = f"{member.email} withdrew the approval", StepKind.WITHDRAWN
    approval.void(
        session, campaign, because=because, now=now, by=member.email, kind=kind, note=note
    )


def hold(session: Session, *, month: str, by: str, now: datetime, note: str = "") -> None:
    """Keep an approved month from going, until somebody releases it or its time is over.

    Raises:
        NotFound: there is no such month, or `by` is not on the staff.
        Refused: `by` has not the role, or the month is not waiting to go.
    """
    campaign, member = steps.require(session, month=month, kind=StepKind.HELD, by=by)
    campaign.held_since = now
    steps.take(session, campaign, StepKind.HELD, by=member.email, now=now, note=note)


def release(session: Session, *, month: str, by: str, now: datetime, note: str = "") -> None:
    """Let a held month go at its time, or at once if that has passed.

    Raises:
        NotFound: there is no such month, or `by` is not on the staff.
        Refused: `by` has not the role, or the month is not held.
    """
    campaign, member = steps.require(session, month=month, kind=StepKind.RELEASED, by=by)
    campaign.held_since = None
    steps.take(session, campaign, StepKind.RELEASED, by=member.email, now=now, note=note)


def move(session: Session, *, month: str, schedule: Schedule, by: str, now: datetime) -> bool:
    """Give the month another time; False if it has it already.

    It makes no version of the text and nobody a writer. An approval is of a time as well, so it is
    void; the others are told of both in one email.

    Raises:
        NotFound: there is no such month, or `by` is not on the staff.
        Refused: `by` is no author, or the month is leaving or over.
    """
    campaign, member = steps.require(session, month=month, kind=StepKind.MOVED, by=by)
    before = Schedule(campaign.send_at, timedelta(seconds=campaign.window_seconds))
    if before == schedule:
        return False
    campaign.send_at = schedule.send_at
    campaign.window_seconds = int(schedule.window.total_seconds())
    note = f"Before: {_said(before)}. Now: {_said(schedule)}."
    if campaign.state == CampaignState.APPROVED:
        because = f"{member.email} changed its time after the approval"
        voided = approval.void(session, campaign, because=because, now=now, by=member.email)
        voided.told_at = now
    steps.take(session, campaign, StepKind.MOVED, by=member.email, now=now, note=note)
    return True


def approvers(session: Session, campaign: Campaign) -> Sequence[Staff]:
    """Who may approve what stands there now: approvers who did not write it."""
    authors = approval.authors_to_approve(session, campaign)
    return [
        member
        for member in staff.everybody(session)
        if Role.APPROVER in member.roles and member.email not in authors
    ]


def waiting_for(session: Session, member: Staff, campaign: Campaign) -> MonthStep | None:
    """The step because of which this month waits for this person; None if it does not."""
    stage = steps.stage_of(session, campaign)
    if stage == steps.Stage.ASKED and member.email in {
        each.email for each in approvers(session, campaign)
    }:
        return steps.last_of(session, campaign, [StepKind.ASKED])
    if stage in {steps.Stage.SENT_BACK, steps.Stage.WRITING} and Role.AUTHOR in member.roles:
        return steps.last_of(session, campaign, steps.DRAFT_AFTER)
    if stage in {steps.Stage.HELD, steps.Stage.HELD_LEAVING}:
        return steps.last_of(session, campaign, [StepKind.HELD], by=member.email)
    return None


def _said(schedule: Schedule) -> str:
    hours = schedule.window / timedelta(hours=1)
    late = f"{hours:g} {'hour' if hours == 1 else 'hours'}"
    return f"{written(schedule.send_at)}, at most {late} late"
