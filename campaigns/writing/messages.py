"""Compiled messages in the database: written once under their hash, never changed."""

from datetime import datetime

from sqlalchemy.orm import Session

from campaigns.content.compile import CompiledMessage
from campaigns.models import Message
from kit.errors import NotFound


def keep(session: Session, message: CompiledMessage, *, now: datetime) -> None:
    """Store the message, unless the very same one is there."""
    if session.get(Message, message.content_hash) is None:
        session.add(
            Message(
                content_hash=message.content_hash,
                month=message.month,
                subject=message.subject,
                html=message.html,
                text=message.text,
                questions=list(message.questions),
                last_check_in=message.last_check_in,
                compiled_at=now,
            )
        )
        session.flush()


def load(session: Session, content_hash: str) -> CompiledMessage:
    """The message with this hash; NotFound if there is none."""
    stored = session.get(Message, content_hash)
    if stored is None:
        raise NotFound(f"There is no compiled message {content_hash}.")
    return CompiledMessage(
        content_hash=stored.content_hash,
        month=stored.month,
        subject=stored.subject,
        html=stored.html,
        text=stored.text,
        questions=tuple(stored.questions),
        last_check_in=stored.last_check_in,
    )
