"""The order in which a page made its saves, where one arrives late or twice.

A page numbers its saves, and sends one that was not answered again under the same number. The first
may still arrive, even after later ones; it has nothing new then.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from campaigns.models import WriterPresence

PAGES_KEPT = 20


@dataclass(frozen=True, slots=True)
class SaveTurn:
    """The `number`th save of one open page of one person."""

    month: str
    email: str
    page: str
    number: int


def is_done(session: Session, turn: SaveTurn) -> bool:
    """Whether this save, or a later one of its page, is in the month's text already."""
    return turn.number <= (_row(session, turn).turns or {}).get(turn.page, 0)


def note(session: Session, turn: SaveTurn, *, is_whole: bool) -> None:
    """Record that a save is done; if it was taken only in part, record the earlier ones."""
    row = _row(session, turn)
    others = {page: number for page, number in (row.turns or {}).items() if page != turn.page}
    kept = dict(list(others.items())[1 - PAGES_KEPT :])
    row.turns = {**kept, turn.page: turn.number if is_whole else turn.number - 1}
    session.flush()


def _row(session: Session, turn: SaveTurn) -> WriterPresence:
    """Locked, so that two saves of one person are done one after the other."""
    return session.get_one(
        WriterPresence, (turn.month, turn.email), populate_existing=True, with_for_update=True
    )
