"""Take in a reply: store it and spend its link, both or neither."""

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, exists, text
from sqlalchemy.orm import Session

from kit import bulk
from kit.direct import Direct
from links import ledger
from replies import erasure, questions, rounds, submissions
from replies.models import Reply
from replies.questions import Answers, Form
from replies.vault import KEYS, Vault

REPLIES: Table = Reply.metadata.tables[Reply.__tablename__]

SPENT = Direct(
    ledger.SPENDING.returning(exists().where(KEYS.c.tenant_id == ledger.TABLE.c.tenant_id))
)
"""Also says whether the tenant has a key."""
FIRST = Direct(
    text("""
        WITH new_key AS (
            INSERT INTO data_keys (tenant_id, master_key, wrapped)
            VALUES (:tenant_id, :master_key, :wrapped)
            ON CONFLICT DO NOTHING
            RETURNING tenant_id
        )
        INSERT INTO replies (tenant_id, month, questions, sealed, replied_on)
        SELECT tenant_id, :month, :questions, :sealed, :replied_on FROM new_key
        ON CONFLICT DO NOTHING
        RETURNING id
    """)
)
"""Stores a reply together with the key that it is sealed with, unless its tenant has one."""


class Place(NamedTuple):
    """Where a reply goes; `questions` are the pinned names as one text."""

    tenant_id: int
    month: str
    questions: str


class Incoming(NamedTuple):
    """A reply on its way: where to, what it says, what it answers, and the day."""

    place: Place
    answers: Answers
    form: Form
    today: date

    def row(self, sealed: bytes) -> dict[str, Any]:
        return {**self.place._asdict(), "sealed": sealed, "replied_on": self.today}


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
    connection = session.connection()
    spent = ledger.spend(connection, link_id, today=today, by=SPENT)
    if spent is None:
        ledger.look_up(session, link_id, today=today)
        return Outcome.ALREADY_SPENT
    tenant_id, month, has_key = spent
    asked = asked or rounds.find(session, month).questions
    place = Place(tenant_id, month, questions.SEPARATOR.join(asked))
    reply = Incoming(place, answers, questions.form(asked), today)
    number = None if has_key else _store_first(connection, vault, reply)
    if number is None:
        number = _store(session, vault, reply)
    if show_to is not None and submissions.is_worth_showing(answers):
        submissions.submit(session, number, housing_association=show_to, on=today)
    return Outcome.STORED


def _store_first(connection: Connection, vault: Vault, reply: Incoming) -> int | None:
    """The number of the row, stored together with the tenant's key; None if either was there.

    One statement does both, which SQLite has no way to say.
    """
    if connection.dialect.name != "postgresql":
        return None
    key, sealed = vault.sealed_first(reply.place, reply.answers, form=reply.form)
    found = FIRST.one(connection, key | reply.row(sealed))
    return None if found is None else int(found[0])


def _store(session: Session, vault: Vault, reply: Incoming) -> int:
    """The number of the row; an earlier reply of the month makes way for it."""
    connection, place = session.connection(), reply.place
    row = reply.row(vault.sealed(connection, place, reply.answers, form=reply.form))
    while (number := bulk.add_if_new(connection, REPLIES, row)) is None:
        erasure.forget_month(session, place.tenant_id, place.month)
    return int(number)
