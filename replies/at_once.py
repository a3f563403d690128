"""Store a reply and spend its link by one statement, which is a transaction of its own.

With a look at the link before, that is all that most replies need: two round trips, where single
steps take six. A reply that needs more, or under which something changed meanwhile, is left undone
here and goes through `replies.intake`. So does every reply on SQLite, which has no statement that
changes three tables.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import psycopg
from sqlalchemy import CTE, ColumnElement, bindparam, exists, func, not_, select
from sqlalchemy.dialects.postgresql import insert

from kit.database import Database
from kit.direct import Direct
from links import ledger
from replies.form import questions
from replies.form.questions import Answers
from replies.intake import REPLIES, Place
from replies.vault.master_keys import Wrapped
from replies.vault.sealing import KEYS, Vault


class Opened(NamedTuple):
    """What a link opens, and whose it is as looked up before: nobody's once the tenant was erased.

    A tenant has no key before their first reply. Who only looks at the form need not know either.
    """

    month: str
    expires_on: date
    tenant_id: int | None = None
    master_key: str | None = None
    wrapped: bytes | None = None

    @property
    def key(self) -> Wrapped | None:
        if self.master_key is None or self.wrapped is None:
            return None
        return Wrapped(self.master_key, self.wrapped)


OPENED = Direct(
    ledger.OPENING.outerjoin_from(
        ledger.TABLE, KEYS, KEYS.c.tenant_id == ledger.TABLE.c.tenant_id
    ).add_columns(ledger.TABLE.c.tenant_id, KEYS.c.master_key, KEYS.c.wrapped)
)


def look_up(database: Database, link_id: bytes, *, today: date) -> Opened:
    """A link that is still open for a reply, spent or not.

    Raises:
        LinkMissing, LinkExpired: see `links.ledger.opened`.
    """
    return Opened(*ledger.opened(database, link_id, today=today, by=OPENED))


def store(
    database: Database,
    vault: Vault,
    opened: Opened,
    *,
    link_id: bytes,
    answers: Answers,
    asked: Sequence[str],
    today: date,
) -> bool:
    """Store validated `answers` to the questions `asked`, and spend the link; False: neither.

    False says nothing about why: `replies.intake.submit` finds out.
    """
    if opened.tenant_id is None or not database.is_postgresql:
        return False
    place = Place(opened.tenant_id, opened.month, questions.written(asked))
    key, sealed = vault.sealed_by(opened.key, place, answers)
    given = {**key, **place._asdict(), "sealed": sealed, "link_id": link_id, "today": today}
    try:
        return database.execute_one(LATER if opened.key else FIRST, given) is not None
    except (psycopg.errors.DivisionByZero, psycopg.errors.UniqueViolation):
        return False


def _spent(*unless: ColumnElement[bool]) -> CTE:
    """Spends a link, which was or is nobody's but the tenant's, unless one of these holds."""
    return ledger.SPENDING.where(*map(not_, unless)).cte("spent")


def _has_replied() -> ColumnElement[bool]:
    """The month is spelt so that only the tenant's own replies are read: without statistics,
    PostgreSQL may take the index of the months, and read all replies of this one.
    """
    theirs = REPLIES.c.tenant_id == bindparam("tenant_id")
    return exists().where(theirs, REPLIES.c.month.concat("") == bindparam("month"))


def _new_key(spent: CTE) -> CTE:
    columns = {
        KEYS.c.tenant_id: spent.c.tenant_id,
        **{column: bindparam(column.name) for column in (KEYS.c.master_key, KEYS.c.wrapped)},
    }
    made = insert(KEYS).from_select(list(columns), select(*columns.values()))
    return made.on_conflict_do_nothing().returning(KEYS.c.tenant_id).cte("key")


def _held_key(spent: CTE) -> CTE:
    """The key that was looked up, held so that nobody destroys it; nothing if it is another now.

    It comes after the link, in the order of whoever erases a tenant: neither waits for the other.
    """
    return (
        select(KEYS.c.tenant_id)
        .where(
            KEYS.c.tenant_id == select(spent.c.tenant_id).scalar_subquery(),
            KEYS.c.wrapped == bindparam("wrapped"),
        )
        .with_for_update(read=True)
        .cte("key")
    )


def _stored(spent: CTE, key: CTE) -> Direct:
    """Stores the reply to the link that was spent.

    Without its key the division by none fails, and takes the spending back. It is the one way to
    fail that tells PostgreSQL's log nothing of the row.
    """
    keys = select(func.count()).select_from(key).scalar_subquery()
    values = {
        REPLIES.c.tenant_id: spent.c.tenant_id // keys,
        REPLIES.c.month: spent.c.month,
        REPLIES.c.questions: bindparam("questions"),
        REPLIES.c.sealed: bindparam("sealed"),
        REPLIES.c.replied_on: bindparam("today"),
    }
    row = select(*values.values())
    return Direct(insert(REPLIES).from_select(list(values), row).returning(REPLIES.c.id))


def _first() -> Direct:
    """For a tenant without a key, and so without a reply."""
    spent = _spent()
    return _stored(spent, _new_key(spent))


def _later() -> Direct:
    spent = _spent(_has_replied())
    return _stored(spent, _held_key(spent))


FIRST = _first()
LATER = _later()
