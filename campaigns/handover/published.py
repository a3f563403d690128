"""Take in what the platform publishes: the catalogue of questions, and released figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from campaigns import audit
from campaigns.handover.mailing_list import PLATFORM
from campaigns.models import PublishedRelease, Question, ReleaseState
from kit import bulk
from kit.errors import Refused
from kit.months import named


@dataclass(frozen=True, slots=True)
class PublishedQuestion:
    """A question as staff see it: `preview` is JSON and shows what tenants will be asked."""

    key: str
    version: int
    title: str
    preview: dict[str, Any]


def publish_questions(session: Session, questions: Sequence[PublishedQuestion]) -> bool:
    """Make these the questions staff may pick, in this order; False if they were already."""
    fresh = [
        {
            "key": question.key,
            "position": position,
            "version": question.version,
            "title": question.title,
            "preview": question.preview,
        }
        for position, question in enumerate(questions)
    ]
    columns = [getattr(Question, name) for name in fresh[0]] if fresh else [Question.key]
    bulk.lock(session, "questions")
    there = session.execute(select(*columns).order_by(Question.position)).mappings()
    if [dict(row) for row in there] == fresh:
        return False
    session.execute(delete(Question))
    if fresh:
        session.execute(insert(Question), fresh)
    return True


def releases_held(session: Session) -> dict[str, tuple[str, str]]:
    """The months whose figures, or the lack of them, are known here: state and digest of each."""
    held = select(PublishedRelease.month, PublishedRelease.state, PublishedRelease.digest)
    return {month: (state, digest) for month, state, digest in session.execute(held)}


def publish_release(
    session: Session, month: str, *, digest: str, document: str, now: datetime
) -> None:
    """Take in a month's figures; those of a month that is settled already change nothing.

    Raises:
        Refused: other figures of that month are here; figures are never replaced.
    """
    held = session.get(PublishedRelease, month)
    if held is None:
        _settle(session, month, ReleaseState.PUBLISHED, digest=digest, document=document, now=now)
    elif held.state == ReleaseState.PUBLISHED and held.digest != digest:
        raise Refused(f"{named(month)} has other figures already, and figures never change.")


def withdraw_release(
    session: Session,
    month: str,
    *,
    digest: str,
    state: str = ReleaseState.WITHDRAWN,
    because: str | None = None,
    now: datetime,
) -> None:
    """A month has no figures, or has them no longer: withdrawn, lost or too small.

    Only a withdrawal drops figures that are here. Where the platform lost a month that it had
    published, its database was restored, and what was published stands.
    """
    held = session.get(PublishedRelease, month)
    if held is None or (held.state != state and state == ReleaseState.WITHDRAWN):
        _settle(session, month, ReleaseState(state), digest=digest, because=because, now=now)


def _settle(
    session: Session,
    month: str,
    state: ReleaseState,
    *,
    digest: str,
    now: datetime,
    document: str | None = None,
    because: str | None = None,
) -> None:
    session.merge(
        PublishedRelease(
            month=month, state=state, digest=digest, document=document, because=because
        )
    )
    session.flush()
    audit.record(session, who=PLATFORM, action=f"figures {state}", now=now, month=month)
