"""Emails to staff about each step of a month's conversation: to everybody else in it, once.

A step is claimed and committed before its first email, and given back where none of them was taken,
so that the next tick tries again.
"""

from collections.abc import Iterable
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaigns import staff
from campaigns.content.findings import field_title
from campaigns.models import Campaign, MonthStep, Role, StepKind
from campaigns.planning import approval, conversation, letters, steps
from campaigns.planning.letters import Mailer, StaffEmail
from campaigns.planning.notices import written
from kit.clock import Clock
from kit.database import Database
from kit.log import get_logger
from kit.months import month_name

log = get_logger(__name__)

SUBJECTS = {
    StepKind.ASKED: "{} waits for your approval",
    StepKind.SENT_BACK: "{} was sent back",
    StepKind.APPROVED: "{} is approved",
    StepKind.VOIDED: "{} has to be approved again",
    StepKind.WITHDRAWN: "{}: the approval was withdrawn",
    StepKind.HELD: "{} is on hold",
    StepKind.RELEASED: "{} is not on hold any more",
    StepKind.MOVED: "{} has another time",
    StepKind.CANCELLED: "{} is cancelled",
}
SENTENCES = {
    StepKind.ASKED: "{who} asks you to read {month}’s email and to approve it.",
    StepKind.SENT_BACK: "{who} read {month}’s email and sent it back to be changed.",
    StepKind.APPROVED: "{who} approved {month}’s email. It goes by itself on {goes}.",
    StepKind.VOIDED: "{why}, so the approval of {month} is void.",
    StepKind.WITHDRAWN: "{who} withdrew the approval of {month}. It is a draft again.",
    StepKind.HELD: "{who} put {month} on hold. It does not go until somebody releases it.",
    StepKind.RELEASED: "{who} released {month}. It goes by itself on {goes}.",
    StepKind.MOVED: "{who} gave {month} another time. If it was approved, it has to be again.",
    StepKind.CANCELLED: "{who} cancelled {month}’s email. What has not gone out never will.",
}
ENDS = "Approved after {ends} it cannot go any more."
RELEASE_BY = "Released after {ends} it is not sent at all."
BUTTONS = {StepKind.ASKED: "Read and approve"}


def tell(
    database: Database, mailer: Mailer, *, console_url: str, clock: Clock, month: str | None = None
) -> int:
    """Send what nobody was told yet, of one month if named; returns how many emails went.

    A failure is logged and tried again later.
    """
    with database.writing() as session:
        claimed = [
            (step.id, *_letter(session, step, console_url))
            for step in _claimed(session, month, now=clock())
        ]
    return sum(_sent(database, mailer, *each) for each in claimed)


def readers(session: Session, campaign: Campaign, step: MonthStep) -> list[str]:
    """Who is told of a step: the approvers who are asked, or both sides of the conversation.

    A side is who wrote or took a step, or everybody of its role where nobody has yet.
    """
    if step.kind == StepKind.ASKED:
        told: Iterable[str] = (each.email for each in conversation.approvers(session, campaign))
    else:
        took_part = {each.who for each in steps.history(session, campaign)}
        took_part |= approval.authors(session, campaign)
        everybody = staff.everybody(session)
        told = [
            email
            for role in (Role.AUTHOR, Role.APPROVER)
            for email in _side([each.email for each in everybody if role in each.roles], took_part)
        ]
    return sorted(set(told) - {step.who})


def said(step: MonthStep, campaign: Campaign) -> list[str]:
    """What was done, in a sentence, and the note that was written with it."""
    month, goes = month_name(campaign.month), written(campaign.send_at)
    sentence = SENTENCES[StepKind(step.kind)]
    lines = [sentence.format(who=step.who, month=month, goes=goes, why=step.note)]
    if note := steps.shown_note(step):
        about = f"About “{field_title(step.field)}”: " if step.field else ""
        lines.append(f"{about}{note}")
    return lines


def _side(people: list[str], took_part: set[str]) -> list[str]:
    return [each for each in people if each in took_part] or people


def _claimed(session: Session, month: str | None, *, now: datetime) -> list[MonthStep]:
    query = select(MonthStep.id).where(MonthStep.told_at.is_(None)).order_by(MonthStep.id)
    if month is not None:
        query = query.join(Campaign).where(Campaign.month == month)
    return [step for id_ in session.scalars(query).all() if (step := _claim(session, id_, now))]


def _claim(session: Session, id_: int, now: datetime) -> MonthStep | None:
    return session.scalar(
        update(MonthStep)
        .where(MonthStep.id == id_, MonthStep.told_at.is_(None))
        .values(told_at=now)
        .returning(MonthStep),
        execution_options={"synchronize_session": "fetch"},
    )


def _letter(session: Session, step: MonthStep, console_url: str) -> tuple[list[str], StaffEmail]:
    campaign = session.get_one(Campaign, step.campaign_id)
    kind, month = StepKind(step.kind), month_name(campaign.month)
    goes, ends = written(campaign.send_at), written(campaign.not_after)
    lines = said(step, campaign)
    if kind == StepKind.ASKED:
        lines += [f"It goes on {goes}.", ENDS.format(ends=ends)]
    elif kind == StepKind.HELD:
        lines.append(RELEASE_BY.format(ends=ends))
    letter = letters.notice(
        SUBJECTS[kind].format(month),
        lines=tuple(lines),
        words=BUTTONS.get(kind, f"Open {month}"),
        link=f"{console_url}/campaigns/{campaign.month}",
    )
    return readers(session, campaign, step), letter


def _sent(database: Database, mailer: Mailer, id_: int, to: list[str], letter: StaffEmail) -> int:
    sent = sum(_is_sent(mailer, each, letter) for each in to)
    if to and not sent:
        with database.writing() as session:
            session.execute(update(MonthStep).where(MonthStep.id == id_).values(told_at=None))
    return sent


def _is_sent(mailer: Mailer, to: str, letter: StaffEmail) -> bool:
    try:
        mailer(to=to, letter=letter)
    except (BotoCoreError, ClientError) as error:
        log.warning("a notice was not sent", error=type(error).__name__)
        return False
    return True
