"""A second person's consent to one message, one time and one audience rule."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from campaigns.models import (
    Approval,
    Campaign,
    CampaignState,
    CutReason,
    Draft,
    MonthStep,
    StepKind,
)
from campaigns.planning import steps
from campaigns.planning.notices import written
from campaigns.planning.series import ENGINE
from campaigns.ses import sender_identity
from campaigns.writing import messages, review, versions
from kit.errors import Refused
from kit.months import month_name

AUDIENCE_RULE = "everyone who agreed to the monthly email"


def approve(session: Session, *, month: str, by: str, now: datetime) -> Approval:
    """Approve the month's latest text, its time and its audience.

    Raises:
        NotFound: there is no such campaign, or `by` is not on the staff.
        Refused: `by` is no approver or wrote some of it, the month is no draft, it is too late, or
            SES would not send it.
        BadInput: a check blocks it; each finding is named.
    """
    campaign, member = steps.require(session, month=month, kind=StepKind.APPROVED, by=by)
    _refuse_too_late(campaign, now)
    sender_identity.refuse_unverified(session)
    _refuse_authors(session, campaign, member.email)
    content = versions.current(session, month)
    message = review.of_text(session, content, month).sendable()
    messages.keep(session, message, now=now)
    approval = Approval(
        campaign_id=campaign.id,
        content_hash=message.content_hash,
        send_at=campaign.send_at,
        audience_rule=AUDIENCE_RULE,
        approved_by=member.email,
        approved_at=now,
    )
    session.add(approval)
    versions.cut(session, campaign, CutReason.APPROVED)
    campaign.state = CampaignState.APPROVED
    campaign.content_hash = message.content_hash
    campaign.state_reason = None
    steps.take(session, campaign, StepKind.APPROVED, by=member.email, now=now)
    return approval


def void(
    session: Session,
    campaign: Campaign,
    *,
    because: str,
    now: datetime,
    by: str = ENGINE,
    kind: StepKind = StepKind.VOIDED,
    note: str | None = None,
) -> MonthStep:
    """Void the approval, and a hold with it; the campaign is a draft again, and `because` says why.

    The step's note is `note`, or else `because`.

    Raises:
        Refused: the campaign is not waiting with an approval.
    """
    if campaign.state != CampaignState.APPROVED:
        raise Refused(f"{month_name(campaign.month)} has no approval that could be taken back.")
    session.execute(
        update(Approval)
        .where(Approval.campaign_id == campaign.id, Approval.voided_at.is_(None))
        .values(voided_at=now, voided_because=because)
    )
    campaign.state = CampaignState.DRAFT
    campaign.content_hash = campaign.held_since = None
    campaign.state_reason = because
    return steps.take(
        session, campaign, kind, by=by, now=now, note=because if note is None else note
    )


def authors_to_approve(session: Session, campaign: Campaign) -> set[str]:
    """Return who wrote what nobody else has approved: who changed the latest version, or a
    version after the last approval."""
    last = session.scalar(
        select(func.max(Approval.approved_at)).where(Approval.campaign_id == campaign.id)
    )
    drafts = select(Draft).where(Draft.campaign_id == campaign.id)
    recent = session.scalars(drafts if last is None else drafts.where(Draft.saved_at > last))
    latest = session.scalars(drafts.where(Draft.version == campaign.version))
    return _writers((*recent, *latest))


def authors(session: Session, campaign: Campaign) -> set[str]:
    """Return who wrote some of the month, approved since or not."""
    return _writers(session.scalars(select(Draft).where(Draft.campaign_id == campaign.id)))


def _writers(drafts: Iterable[Draft]) -> set[str]:
    return {writer.lower() for draft in drafts for writer in (draft.author, *(draft.writers or ()))}


def _refuse_too_late(campaign: Campaign, now: datetime) -> None:
    if now > campaign.not_after:
        raise Refused(
            f"{month_name(campaign.month)} was to go no later than {written(campaign.not_after)}; "
            "give it another time first."
        )


def _refuse_authors(session: Session, campaign: Campaign, email: str) -> None:
    if email.lower() in authors_to_approve(session, campaign):
        raise Refused(
            f"{email} wrote some of this month's email; "
            "somebody who did not write it has to approve it."
        )
