"""Take in a reply: store it and spend its link, both or neither."""

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import NamedTuple

from sqlalchemy import Table
from sqlalchemy.orm import Session

from kit import bulk
from links import ledger
from replies import erasure, submissions
from replies.form import questions, rounds
from replies.form.questions import Answers
from replies.models import Reply
from replies.vault.sealing import Vault

REPLIES: Table = Reply.metadata.tables[Reply.__tablename__]


class Place(NamedTuple):
    """Where a reply goes; `questions` are the pinned names as one text."""

    tenant_id: int
    month: str
    questions: str


class Outcome(Enum):
    """What became of a reply."""

    STORED = "stored"
    ALREADY_SPENT = "already spent"


def submit(
    session: Session,
    vault: Vault,
    *,
    link_id: bytes,
    answers: Answers,
    today: date,
    show_to: str | None = None,
    asked: Sequence[str] | None = None,
) -> Outcome:
    """Store validated `answers` for the tenant and month of a link, and spend the link.

    A link that was spent before, or whose tenant was erased, stores nothing; the two look the same
    from outside. A reply through a fresh link takes the place of the month's earlier one, and what
    was said of showing that one goes with it. `show_to` is the housing association that the tenant
    expressly chose to show this one to. `asked` are the month's pinned questions, where the caller
    has read them before: they never change.

    Raises:
        LinkMissing, LinkExpired: see `links.ledger.look_up`.
        NotFound: the month's round was never opened.
    """
    session.flush()
    spent = ledger.spend(session.connection(), link_id, today=today)
    if spent is None:
        ledger.look_up(session, link_id, today=today)
        return Outcome.ALREADY_SPENT
    tenant_id, month = spent
    asked = asked or rounds.find(session, month).questions
    place = Place(tenant_id, month, questions.written(asked))
    sealed = vault.sealed(session.connection(), place, answers)
    number = _store(session, place, sealed, today)
    if show_to is not None and submissions.is_worth_showing(answers):
        submissions.submit(session, number, housing_association=show_to, on=today)
    return Outcome.STORED


def _store(session: Session, place: Place, sealed: bytes, today: date) -> int:
    """The number of the row; an earlier reply of the month makes way for it."""
    row = {**place._asdict(), "sealed": sealed, "replied_on": today}
    while (number := bulk.add_if_new(session.connection(), REPLIES, row)) is None:
        erasure.forget_month(session, place.tenant_id, place.month)
    return int(number)
