"""Everything the editor shows of one month: the text as typed, its findings, who else writes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import calendar
from campaigns.content.fields import Content
from campaigns.models import Campaign, CampaignState, Question, Series
from campaigns.planning import drafts, series, typed_text
from campaigns.planning.typed_text import Removal
from campaigns.writing import presence, review, versions
from campaigns.writing.merging import Merged
from campaigns.writing.presence import OtherWriter
from campaigns.writing.review import Review
from kit.errors import NotFound, Refused


@dataclass(frozen=True, slots=True)
class Editor:
    """One month's writing page.

    `campaign` is None where the month has no text yet. `text` is the month's text; `shown` differs
    from it only where `merged` names a conflict: there it has what this person typed, and
    `theirs_by` says who wrote the other words.
    """

    month: str
    campaign: Campaign | None
    text: Content
    merged: Merged
    review: Review
    questions: Sequence[Question]
    last_month: str | None
    send_at: datetime
    theirs_by: Mapping[str, str]
    removal: Removal | None
    others: Sequence[OtherWriter]

    @property
    def shown(self) -> Content:
        return self.merged.with_mine()

    @property
    def was(self) -> str:
        """The month's text as JSON: what the next change is based on."""
        return json.dumps(self.text.as_json(), ensure_ascii=False)

    @property
    def is_approved(self) -> bool:
        return self.campaign is not None and self.campaign.state == CampaignState.APPROVED

    @property
    def is_void(self) -> bool:
        """Whether an approval was taken back and nobody has approved again."""
        is_draft = self.campaign is not None and not self.is_approved
        return is_draft and bool(self.campaign and self.campaign.state_reason)

    @property
    def chosen(self) -> list[tuple[str, Question | None]]:
        """The questions that are asked, in order; None for one the platform does not have."""
        known = {question.key: question for question in self.questions}
        return [(key, known.get(key)) for key in self.text.questions]

    @property
    def left(self) -> list[Question]:
        """The questions that are not asked this month."""
        asked = set(self.text.questions)
        return [question for question in self.questions if question.key not in asked]


def load(
    session: Session, month: str, *, email: str, now: datetime, merged: Merged | None = None
) -> Editor:
    """The editor of one month for one person; `merged` is what came of what they just typed.

    Raises:
        NotFound: the month has no text, and is not one to come.
        Refused: the month has been handed over, or was called off.
    """
    campaign = find(session, month, now)
    text = typed_text.current(session, campaign, month)
    before = versions.before(session, month)
    return Editor(
        month=month,
        campaign=campaign,
        text=text,
        merged=merged or Merged(text, ()),
        review=review.of_text(session, text, month),
        questions=list(session.scalars(select(Question).order_by(Question.position))),
        last_month=before[0] if before else None,
        send_at=campaign.send_at if campaign else _planned(session, month),
        theirs_by=_writers_of_conflicts(session, campaign, merged, email),
        removal=typed_text.removal(session, campaign) if campaign else None,
        others=presence.others(session, month=month, email=email, now=now),
    )


def find(session: Session, month: str, now: datetime) -> Campaign | None:
    """The month's campaign, None for a month to come that has none; raises what `load` raises."""
    try:
        campaign = versions.find(session, month)
    except NotFound:
        if month < calendar.london_month(now):
            raise
        return None
    if campaign.state not in drafts.STILL_WRITTEN:
        raise Refused(f"{versions.standing(campaign)}; its email can no longer be changed.")
    return campaign


def _writers_of_conflicts(
    session: Session, campaign: Campaign | None, merged: Merged | None, email: str
) -> dict[str, str]:
    """Who else changed each field in conflict last."""
    if campaign is None or merged is None or not merged.conflicts:
        return {}
    last: dict[str, str] = {}
    for draft in reversed(versions.history(session, campaign)):
        for writer, names in (draft.writers or {}).items():
            last.update(dict.fromkeys(names, writer) if writer != email else {})
    fields = [conflict.field for conflict in merged.conflicts]
    return {field: last.get(field.partition(".")[0], "Somebody else") for field in fields}


def _planned(session: Session, month: str) -> datetime:
    rule = session.get(Series, series.DEFAULT)
    return series.send_moment(rule or series.usual(), month)
