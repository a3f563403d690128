"""The conversation about a month: who asked, sent back, approved, withdrew, held, and with which
words.

One table says what may be done, by whom, at which stage. The stage is not stored: it follows from
the campaign's state and from the last step that was taken.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import audit, staff
from campaigns.models import Campaign, CampaignState, MonthStep, Role, Staff, StepKind
from campaigns.writing import versions
from kit.errors import BadInput, Problem, Refused
from kit.months import month_name

NOTE_LIMIT = 2_000


class Stage(StrEnum):
    """Where the approval of a month stands."""

    WRITING = "writing"
    ASKED = "asked"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    LEAVING = "leaving"
    HELD = "held"
    HELD_LEAVING = "held_leaving"
    OVER = "over"


WRITERS = frozenset({Role.AUTHOR})
DECIDERS = frozenset({Role.APPROVER})
BOTH = WRITERS | DECIDERS
AT_WORK = BOTH | {Role.ADMIN}

ROLES = {
    StepKind.ASKED: WRITERS,
    StepKind.SENT_BACK: DECIDERS,
    StepKind.APPROVED: DECIDERS,
    StepKind.WITHDRAWN: BOTH,
    StepKind.HELD: AT_WORK,
    StepKind.RELEASED: AT_WORK,
    StepKind.MOVED: WRITERS,
}
"""Who may take each step. Whoever wrote some of a text may not approve it, whatever their roles.
`StepKind.VOIDED` is nobody's: it happens where the text or the time of an approved month changes.
`StepKind.CANCELLED` belongs to `campaigns.sending.control`: a month may be cancelled while it goes.
"""

DRAFTS = (Stage.WRITING, Stage.ASKED, Stage.SENT_BACK)
TRANSITIONS = {
    **{(stage, StepKind.ASKED): Stage.ASKED for stage in DRAFTS},
    **{(stage, StepKind.SENT_BACK): Stage.SENT_BACK for stage in DRAFTS},
    **{(stage, StepKind.APPROVED): Stage.APPROVED for stage in DRAFTS},
    **{(stage, StepKind.MOVED): stage for stage in DRAFTS},
    (Stage.APPROVED, StepKind.WITHDRAWN): Stage.WRITING,
    (Stage.APPROVED, StepKind.MOVED): Stage.WRITING,
    (Stage.APPROVED, StepKind.HELD): Stage.HELD,
    (Stage.HELD, StepKind.WITHDRAWN): Stage.WRITING,
    (Stage.HELD, StepKind.MOVED): Stage.WRITING,
    (Stage.HELD, StepKind.RELEASED): Stage.APPROVED,
    (Stage.LEAVING, StepKind.HELD): Stage.HELD_LEAVING,
    (Stage.HELD_LEAVING, StepKind.RELEASED): Stage.LEAVING,
}
"""(stage, step) → the stage after it. What is not listed is refused."""

DRAFT_AFTER = {
    StepKind.ASKED: Stage.ASKED,
    StepKind.SENT_BACK: Stage.SENT_BACK,
    StepKind.WITHDRAWN: Stage.WRITING,
    StepKind.VOIDED: Stage.WRITING,
}
"""The stage of a draft after its last step of these kinds."""
CALLED = {
    StepKind.ASKED: "be asked for",
    StepKind.SENT_BACK: "be sent back",
    StepKind.APPROVED: "be approved",
    StepKind.WITHDRAWN: "have its approval withdrawn",
    StepKind.HELD: "be held",
    StepKind.RELEASED: "be released",
    StepKind.MOVED: "be given another time",
}
STANDS = {
    Stage.WRITING: "is being written",
    Stage.ASKED: "waits for its approval",
    Stage.SENT_BACK: "was sent back to its authors",
    Stage.APPROVED: "is approved already",
    Stage.LEAVING: "is being handed over",
    Stage.HELD: "is on hold",
    Stage.HELD_LEAVING: "is on hold while it is handed over",
    Stage.OVER: "is past all that",
}
AUDITED = {
    StepKind.ASKED: "approval asked",
    StepKind.SENT_BACK: "sent back",
    StepKind.APPROVED: "approved",
    StepKind.VOIDED: "approval voided",
    StepKind.WITHDRAWN: "approval withdrawn",
    StepKind.HELD: "held",
    StepKind.RELEASED: "released",
    StepKind.MOVED: "time changed",
}


def stage_of(session: Session, campaign: Campaign) -> Stage:
    """Where the approval of a month stands."""
    is_held = campaign.held_since is not None
    if campaign.state == CampaignState.APPROVED:
        return Stage.HELD if is_held else Stage.APPROVED
    if campaign.state == CampaignState.HANDING_OVER:
        return Stage.HELD_LEAVING if is_held else Stage.LEAVING
    if campaign.state != CampaignState.DRAFT:
        return Stage.OVER
    last = last_of(session, campaign, DRAFT_AFTER)
    return DRAFT_AFTER[StepKind(last.kind)] if last else Stage.WRITING


def last_of(
    session: Session, campaign: Campaign, kinds: Collection[StepKind], *, by: str | None = None
) -> MonthStep | None:
    """The month's last step of one of these kinds, of one person's if named."""
    query = select(MonthStep).where(
        MonthStep.campaign_id == campaign.id, MonthStep.kind.in_(tuple(kinds))
    )
    if by is not None:
        query = query.where(MonthStep.who == by)
    return session.scalar(query.order_by(MonthStep.id.desc()).limit(1))


def history(session: Session, campaign: Campaign) -> list[MonthStep]:
    """The whole conversation about a month, oldest first."""
    query = select(MonthStep).where(MonthStep.campaign_id == campaign.id).order_by(MonthStep.id)
    return list(session.scalars(query))


def shown_note(step: MonthStep) -> str:
    """The note as people read it after the step: a person's words in quotation marks, the
    console's own as they are; nothing where `VOIDED` has said it already."""
    if not step.note or step.kind == StepKind.VOIDED:
        return ""
    return step.note if step.kind == StepKind.MOVED else f"“{step.note}”"


def may(stage: Stage, kind: StepKind, roles: Collection[str]) -> bool:
    """Whether somebody with these roles may take this step at this stage."""
    return (stage, kind) in TRANSITIONS and bool(ROLES[kind] & {Role(role) for role in roles})


def require(session: Session, *, month: str, kind: StepKind, by: str) -> tuple[Campaign, Staff]:
    """The month, locked, and whoever takes this step, if both may.

    Raises:
        NotFound: there is no such month, or `by` is not on the staff.
        Refused: `by` has not the role, or the month is at another stage.
    """
    member = staff.require(session, by, *sorted(ROLES[kind]))
    campaign = versions.find(session, month)
    session.refresh(campaign, with_for_update=True)
    stage = stage_of(session, campaign)
    if (stage, kind) not in TRANSITIONS:
        name = month_name(month)
        raise Refused(f"{name} {STANDS[stage]}, so it cannot {CALLED[kind]}.")
    return campaign, member


def take(
    session: Session,
    campaign: Campaign,
    kind: StepKind,
    *,
    by: str,
    now: datetime,
    note: str = "",
    field: str | None = None,
) -> MonthStep:
    """Write the step down, here and in the audit; whether it may be taken was asked before.

    Raises:
        BadInput: the note is too long.
    """
    note = note.strip()
    if len(note) > NOTE_LIMIT:
        raise BadInput([Problem("note", f"Keep the note to {NOTE_LIMIT:,} characters.")])
    step = MonthStep(
        campaign_id=campaign.id,
        kind=kind,
        who=by,
        at=now,
        version=campaign.version,
        field=field or None,
        note=note or None,
    )
    session.add(step)
    detail = {"version": campaign.version, **({"note": note} if note else {})}
    audit.record(session, who=by, action=AUDITED[kind], now=now, month=campaign.month, **detail)
    session.flush()
    return step
