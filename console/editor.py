"""Everything the editor shows of one month: the text as typed, its findings, who else saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import calendar
from campaigns.content.fields import Content
from campaigns.models import Campaign, Draft, Question, Series, WorkingCopy
from campaigns.planning import drafts, series
from campaigns.writing import review, versions, working
from campaigns.writing.review import Review
from kit.errors import NotFound, Refused
from kit.months import month_name


@dataclass(frozen=True, slots=True)
class Editor:
    """`campaign` is None where the month has no text yet; `overtaken` is a later version that
    somebody else saved after the one this text was written on."""

    month: str
    campaign: Campaign | None
    base: int
    copy: WorkingCopy | None
    review: Review
    questions: Sequence[Question]
    overtaken: Draft | None
    last_month: str | None
    send_at: datetime

    @property
    def chosen(self) -> list[tuple[str, Question | None]]:
        """The questions that are asked, in order; None for one the platform does not have."""
        known = {question.key: question for question in self.questions}
        return [(key, known.get(key)) for key in self.review.content.questions]

    @property
    def left(self) -> list[Question]:
        """The questions that are not asked this month."""
        asked = set(self.review.content.questions)
        return [question for question in self.questions if question.key not in asked]


def load(session: Session, month: str, *, email: str, now: datetime) -> Editor:
    """The editor of one month for one person.

    Raises:
        NotFound: the month has no text, and is not one to come.
        Refused: the month has been handed over, or was called off.
    """
    campaign = _campaign(session, month, now)
    copy = working.find(session, month=month, email=email)
    version = campaign.version if campaign else 0
    base = copy.base_version if copy else version
    content = Content.from_json(copy.content) if copy else _saved(session, campaign, month)
    before = versions.before(session, month)
    return Editor(
        month=month,
        campaign=campaign,
        base=base,
        copy=copy,
        review=review.of_text(session, content, month),
        questions=list(session.scalars(select(Question).order_by(Question.position))),
        overtaken=versions.get(session, campaign, version) if campaign and version > base else None,
        last_month=before[0] if before else None,
        send_at=campaign.send_at if campaign else _planned(session, month),
    )


def typed(session: Session, month: str, *, email: str, now: datetime) -> Content:
    """What the editor holds for one person, unchecked; raises what `load` raises."""
    copy = working.find(session, month=month, email=email)
    if copy is not None:
        return Content.from_json(copy.content)
    return _saved(session, _campaign(session, month, now), month)


def _campaign(session: Session, month: str, now: datetime) -> Campaign | None:
    try:
        campaign = versions.find(session, month)
    except NotFound:
        if month < calendar.london_month(now):
            raise
        return None
    if campaign.state not in drafts.STILL_WRITTEN:
        name = month_name(month)
        raise Refused(
            f"{name} is {campaign.state.replace('_', ' ')}; its email can no longer be changed."
        )
    return campaign


def _saved(session: Session, campaign: Campaign | None, month: str) -> Content:
    if campaign is None or campaign.version == 0:
        return series.starter(session, month)
    return versions.content_of(session, campaign)


def _planned(session: Session, month: str) -> datetime:
    rule = session.get(Series, series.DEFAULT)
    return series.send_moment(rule or series.usual(), month)
