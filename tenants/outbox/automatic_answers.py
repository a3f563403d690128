"""To whom an automatic answer went in the last day, so that each address gets one a day.

An address is kept as a keyed digest, whoever it belongs to, and for a day.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kit import bulk
from tenants.models import AutomaticAnswer

A_DAY = timedelta(days=1)
MOST_A_DAY = 5_000
"""Answers in a day, whoever asks: a flood of forged senders must not use up SES's quota."""


def are_used_up(session: Session, *, now: datetime) -> bool:
    """Whether no more may be answered until some of the last day's are a day old."""
    recent = select(func.count()).where(AutomaticAnswer.answered_at > now - A_DAY)
    return (session.scalar(recent) or 0) >= MOST_A_DAY


def claim(session: Session, *, key: bytes, address: str, now: datetime) -> bool:
    """Take the one answer that an address gets a day; of any number of callers one is told True.

    Commit before sending: an answer that may have gone out is never sent again.
    """
    digest = _digest(key, address)
    again = update(AutomaticAnswer).where(
        AutomaticAnswer.address_digest == digest, AutomaticAnswer.answered_at <= now - A_DAY
    )
    if bulk.changed(session, again.values(answered_at=now)):
        return True
    row = {"address_digest": digest, "answered_at": now}
    return bulk.add_new(session, AutomaticAnswer, [row]) == 1


def give_back(session: Session, *, key: bytes, address: str) -> None:
    """Undo a claim whose answer was certainly not sent."""
    theirs = AutomaticAnswer.address_digest == _digest(key, address)
    session.execute(delete(AutomaticAnswer).where(theirs))


def purge(session: Session, *, now: datetime) -> int:
    """Forget the answers that are older than a day; returns how many."""
    return bulk.changed(
        session, delete(AutomaticAnswer).where(AutomaticAnswer.answered_at <= now - A_DAY)
    )


def _digest(key: bytes, address: str) -> bytes:
    return hmac.digest(key, b"checkin.automatic.address:" + address.encode(), hashlib.sha256)
