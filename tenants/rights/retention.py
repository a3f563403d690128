"""Delete everything whose retention period is over, from every table of the platform."""

from dataclasses import dataclass, fields
from datetime import datetime

from kit.clock import london_day
from kit.database import Database
from kit.log import get_logger
from kit.settings import Settings
from links import ledger
from replies import erasure
from tenants.outbox import automatic_answers, letters
from tenants.rights import data_sessions, evidence, senders_copy

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Purged:
    """How many of each were purged."""

    replies: int
    links: int
    visits: int
    letters: int
    references: int
    answers: int

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


def purge(platform: Database, *, settings: Settings, now: datetime) -> Purged:
    """Purge what is past its period (`CHECKIN_KEEP_…`).

    SQLite overwrites what it deletes (`secure_delete`); PostgreSQL leaves it to VACUUM.
    """
    today = london_day(now)
    listed = settings.keep_deliveries + senders_copy.SENDING_TAKES
    with platform.writing() as session:
        purged = Purged(
            replies=erasure.purge(session, before=today - settings.keep_replies),
            links=ledger.purge(session, today=today, keep=settings.keep_links, listed=listed),
            visits=data_sessions.purge(session, now=now),
            letters=letters.purge(session, now=now),
            references=evidence.unname_erased(session, before=now - settings.keep_erased),
            answers=automatic_answers.purge(session, now=now),
        )
    if purged:
        log.info("purged", **{field.name: getattr(purged, field.name) for field in fields(purged)})
    return purged
