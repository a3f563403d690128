"""A round is one month's questions, pinned to their versions while its links are answered."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.errors import NotFound
from replies.form import questions as catalogue
from replies.models import Round


def open_round(
    session: Session, *, month: str, questions: Iterable[str], opened_on: date, closes_on: date
) -> Round:
    """Open a month (`2026-12`) with these question keys; an open month stays as it is.

    Raises:
        NotFound: a key is not in the catalogue.
    """
    if existing := session.get(Round, month):
        return existing
    pinned = catalogue.pin(questions)
    opened = Round(month=month, questions=pinned, opened_on=opened_on, closes_on=closes_on)
    session.add(opened)
    session.flush()
    return opened


def find(session: Session, month: str) -> Round:
    """The round of a month.

    Raises:
        NotFound: no round was opened for it.
    """
    found = session.get(Round, month)
    if found is None:
        raise NotFound(f"No round was opened for {month}; hand its campaign over first.")
    return found


def newest_open(session: Session, *, today: date) -> Round | None:
    """The newest round that takes answers today, if any does."""
    is_open = (Round.opened_on <= today, Round.closes_on >= today)
    return session.scalar(select(Round).where(*is_open).order_by(Round.month.desc()).limit(1))
