"""The actions on a month: who may do each, and when. Each is confirmed on its own page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from sqlalchemy.orm import Session

from campaigns.models import CampaignState, DeliveryState, Role, Staff, StepKind
from campaigns.planning import approval, conversation, steps
from campaigns.sending import control
from console import access
from console.months.month import Month
from kit.errors import Refused

CHANGED = (
    "The text or the time changed after you opened this page, so nothing was approved. "
    "Read the month again, then approve it."
)
NOT_READY = {CampaignState.DRAFT, CampaignState.APPROVED, CampaignState.HANDING_OVER}


class MonthControl(Protocol):
    """A function of `campaigns.sending.control` on one month."""

    def __call__(self, session: Session, *, month: str, by: str, now: datetime) -> object: ...


class ConversationStep(Protocol):
    """What `campaigns.planning.conversation` does to one month, and cancelling it."""

    def __call__(
        self, session: Session, *, month: str, by: str, now: datetime, note: str
    ) -> object: ...


@dataclass(frozen=True, slots=True)
class Form:
    """A posted confirmation: the month, the person, and the message they had seen."""

    month: str
    by: str
    now: datetime
    seen: str
    note: str = ""
    field: str | None = None


Run = Callable[[Session, Form], object]


@dataclass(frozen=True, slots=True)
class MonthAction:
    """One action. `question` is its page's heading; `explains` says what will happen.

    If `is_grave`, it cannot be undone; `settles` decides on mails with an unknown outcome. `note`
    is the label of a note that is said with it, about one field if `names_field`.
    """

    name: str
    label: str
    question: str
    explains: str
    button: str
    done: str
    roles: frozenset[Role]
    is_possible: Callable[[Month, datetime], bool]
    run: Run
    is_grave: bool = False
    settles: bool = False
    note: str = ""
    names_field: bool = False


def seen_of(month: Month) -> str:
    """Return what identifies what an approver reads: the message's hash and send time."""
    found = month.text.message.content_hash if month.text and month.text.message else ""
    return f"{found} {month.campaign.send_at.isoformat()}"


def offered(month: Month, who: Staff, now: datetime) -> list[MonthAction]:
    """Return the actions that this person can take on this month now."""
    return [
        action
        for action in ACTIONS.values()
        if action.roles & set(who.roles) and action.is_possible(month, now)
    ]


def _approve(session: Session, form: Form) -> None:
    given = approval.approve(session, month=form.month, by=form.by, now=form.now)
    if f"{given.content_hash} {given.send_at.isoformat()}" != form.seen:
        raise Refused(CHANGED)


def _controlled(change: MonthControl) -> Run:
    return lambda session, form: change(session, month=form.month, by=form.by, now=form.now)


def _said(change: ConversationStep) -> Run:
    return lambda session, form: change(
        session, month=form.month, by=form.by, now=form.now, note=form.note
    )


def _send_back(session: Session, form: Form) -> None:
    conversation.send_back(
        session, month=form.month, by=form.by, now=form.now, note=form.note, field=form.field
    )


def _at(kind: StepKind) -> Callable[[Month, datetime], bool]:
    return lambda month, _now: (month.stage, kind) in steps.TRANSITIONS


def can_be_approved(month: Month, now: datetime) -> bool:
    """Whether an approver could approve it now."""
    is_draft = month.campaign.state == CampaignState.DRAFT
    is_ready = month.text is not None and not month.text.blocking
    return is_draft and is_ready and now < month.campaign.not_after


def _is(*states: CampaignState) -> Callable[[Month, datetime], bool]:
    return lambda month, _now: month.campaign.state in states


def _has_unknown(month: Month, _now: datetime) -> bool:
    return month.progress is not None and month.progress.counts[DeliveryState.UNKNOWN] > 0


ACTIONS = {
    action.name: action
    for action in (
        MonthAction(
            name="approve",
            label="Approve…",
            question="Approve this email?",
            explains="You approve exactly this message at exactly this time. If anybody changes a "
            "word of it afterwards, the approval is void and somebody has to approve again.",
            button="Approve",
            done="Approved. It goes by itself.",
            roles=frozenset({Role.APPROVER}),
            is_possible=can_be_approved,
            run=_approve,
        ),
        MonthAction(
            name="send-back",
            label="Send back…",
            question="Send this email back to its authors?",
            explains="They are told at once, with your note. Nothing goes out until somebody has "
            "approved it.",
            button="Send it back",
            done="Sent back. Its authors are told by email.",
            roles=steps.ROLES[StepKind.SENT_BACK],
            is_possible=_at(StepKind.SENT_BACK),
            run=_send_back,
            note="What should be different?",
            names_field=True,
        ),
        MonthAction(
            name="withdraw",
            label="Withdraw the approval…",
            question="Withdraw the approval?",
            explains="The month becomes a draft again. It does not go until somebody approves it "
            "once more.",
            button="Withdraw the approval",
            done="Withdrawn. The month is a draft again, and the others are told.",
            roles=steps.ROLES[StepKind.WITHDRAWN],
            is_possible=_at(StepKind.WITHDRAWN),
            run=_said(conversation.withdraw),
            note="Why? (optional)",
        ),
        MonthAction(
            name="hold",
            label="Hold…",
            question="Hold this month?",
            explains="It stays approved and does not go until somebody releases it. If nobody does "
            "before its latest time, it is not sent at all.",
            button="Hold it",
            done="On hold. It does not go until somebody releases it.",
            roles=steps.ROLES[StepKind.HELD],
            is_possible=_at(StepKind.HELD),
            run=_said(conversation.hold),
            note="Why? (optional)",
        ),
        MonthAction(
            name="release",
            label="Release…",
            question="Release this month?",
            explains="It goes at its time, or at once if that has passed.",
            button="Release it",
            done="Released. It goes by itself.",
            roles=steps.ROLES[StepKind.RELEASED],
            is_possible=_at(StepKind.RELEASED),
            run=_said(conversation.release),
            note="Anything to say? (optional)",
        ),
        MonthAction(
            name="pause",
            label="Pause…",
            question="Pause the sending?",
            explains="No further email goes out until somebody resumes. What Amazon SES already "
            "holds still arrives. Past the latest time, what is left is not sent any more.",
            button="Pause the sending",
            done="Paused. Nothing more goes out until somebody resumes it.",
            roles=access.WORKING,
            is_possible=_is(CampaignState.SENDING),
            run=_controlled(control.pause),
        ),
        MonthAction(
            name="resume",
            label="Resume…",
            question="Resume the sending?",
            explains="The emails that are still waiting go out from now on. Nobody gets a second.",
            button="Resume the sending",
            done="Resumed. The sending goes on by itself.",
            roles=access.WORKING,
            is_possible=_is(CampaignState.PAUSED),
            run=_controlled(control.resume),
        ),
        MonthAction(
            name="send-unknown",
            label="Send the uncertain ones again…",
            question="Send the uncertain emails again?",
            explains="Amazon SES’s answer for these emails was lost, and no evidence came that "
            "they were sent. Sent again, some people may get the email twice.",
            button="Send them again",
            done="The uncertain emails are sent again.",
            roles=access.WORKING,
            is_possible=_has_unknown,
            run=_controlled(partial(control.resolve, unknown="send")),
            settles=True,
        ),
        MonthAction(
            name="leave-unknown",
            label="Leave the uncertain ones…",
            question="Leave the uncertain emails as they are?",
            explains="They are not sent again. Some people may not get this month’s email.",
            button="Leave them",
            done="The uncertain emails are left as they are.",
            roles=access.WORKING,
            is_possible=_has_unknown,
            run=_controlled(partial(control.resolve, unknown="leave")),
            settles=True,
        ),
        MonthAction(
            name="cancel",
            label="Cancel the month…",
            question="Cancel this month’s email?",
            explains="What has not gone out never will. A cancelled month cannot be brought back.",
            button="Cancel the month",
            done="Cancelled. Nothing more of this month goes out.",
            roles=access.WORKING,
            is_possible=_is(*NOT_READY, CampaignState.SENDING, CampaignState.PAUSED),
            run=_said(control.cancel),
            is_grave=True,
            note="Why? (optional)",
        ),
    )
}
