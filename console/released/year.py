"""The figures of a year: response rates, changes of the email, and deliveries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import releases
from campaigns.models import Campaign, CampaignState, Message, PublishedRelease
from campaigns.releases import Document
from campaigns.watching import progress
from console.released.figures import (
    ALL,
    NOT_AVAILABLE,
    Figure,
    GroupFigures,
    groups,
    of_group,
    rates,
)

MONTHS_SHOWN = 12
UNSENT = (CampaignState.DRAFT, CampaignState.APPROVED)


@dataclass(frozen=True, slots=True)
class YearFigures:
    """One month. `changes` are sentences about its email compared with the one before."""

    month: str
    rate: Figure
    why_not: str
    changes: list[str]
    delivery: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class OptionSeries:
    """One answer's share, a figure for each month."""

    label: str
    figures: list[Figure]


@dataclass(frozen=True, slots=True)
class QuestionSeries:
    """The answers of one question."""

    key: str
    title: str
    options: list[OptionSeries]


def show(session: Session) -> list[YearFigures]:
    """Return the last twelve months that were sent or have figures, oldest first."""
    released = {each.month: each for each in releases.newest_first(session)}
    messages = _messages(session)
    months = sorted({*released, *messages})
    before = dict(zip(months[1:], months, strict=False))
    return [
        YearFigures(
            month=month,
            rate=_rate(released.get(month)),
            why_not=_why_not(released.get(month)),
            changes=changes(messages.get(before.get(month, "")), messages.get(month)),
            delivery=delivery(session, month),
        )
        for month in months[-MONTHS_SHOWN:]
    ]


def series(
    documents: Mapping[str, Document], months: Sequence[str], group: str
) -> list[QuestionSeries]:
    """Return a group's main shares by question and month; the newest wording first.

    A month without a figure has an entry without a value.
    """
    by_month = {
        month: of_group(document, group)
        for month, document in documents.items()
        if group in groups(document)
    }
    asked = {q.key: q for month in sorted(by_month) for q in by_month[month].questions}
    return [
        QuestionSeries(
            question.key,
            question.title,
            [
                OptionSeries(
                    figure.label, [_found(by_month.get(m), question.key, figure) for m in months]
                )
                for figure in question.shares
            ],
        )
        for question in asked.values()
        if not question.topic
    ]


def _found(month: GroupFigures | None, key: str, wanted: Figure) -> Figure:
    shares = (f for q in month.questions if q.key == key for f in q.shares) if month else ()
    missing = Figure(wanted.label, None, None, NOT_AVAILABLE)
    return next((figure for figure in shares if figure.label == wanted.label), missing)


def delivery(session: Session, month: str) -> dict[str, Any] | None:
    """Return the campaign side's exact counts of mails (never of replies)."""
    campaign = session.scalar(select(Campaign).where(Campaign.month == month))
    if campaign is None or campaign.state in UNSENT:
        return None
    return progress.show(session, month)


def changes(before: Message | None, message: Message | None) -> list[str]:
    """Return how a month's email differs from the one before, if there was one."""
    if before is None or message is None:
        return []
    found = []
    if before.subject != message.subject:
        found.append(f"New subject: “{message.subject}”.")
    if added := [key for key in message.questions if key not in before.questions]:
        found.append(f"Asked for the first time since: {', '.join(added)}.")
    if dropped := [key for key in before.questions if key not in message.questions]:
        found.append(f"No longer asked: {', '.join(dropped)}.")
    return found


def _messages(session: Session) -> dict[str, Message]:
    sent = (
        select(Campaign.month, Message)
        .join(Message, Message.content_hash == Campaign.content_hash)
        .where(Campaign.state.not_in(UNSENT))
    )
    return dict(session.execute(sent).all())


def _rate(released: PublishedRelease | None) -> Figure:
    if released is None or released.document is None:
        return Figure(ALL, None, None, NOT_AVAILABLE)
    return rates(releases.read(released))[0]


def _why_not(released: PublishedRelease | None) -> str:
    if released is None:
        return "Figures come some days after the month closes."
    if released.document is None:
        return f"No figures: {releases.why_not(released)}"
    return ""
