"""Whether the platform side can do its work.

Of the broker and AWS this process need know nothing: the worker writes down how they answer.
"""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from kit import heartbeats, readiness
from kit.clock import Clock
from kit.database import Database
from kit.errors import CheckinError
from kit.settings import Settings
from kit.variables import KMS_SCHEME
from links import keys
from migrations import upgrading
from replies import vault
from tenants import jobs
from tenants.models import Heartbeat


def problems(settings: Settings, platform: Database, *, clock: Clock) -> list[str]:
    """What is wrong, a sentence each; nothing where all is well."""
    return [
        *_of_database(settings, platform, clock),
        *_of_keys(settings),
    ]


def _of_database(settings: Settings, platform: Database, clock: Clock) -> Iterator[str]:
    try:
        if not upgrading.is_current("platform", platform):
            yield "The platform database is not up to date; run `checkin init`."
            return
        with platform.reading() as session:
            found = heartbeats.read(session, Heartbeat)
    except SQLAlchemyError:
        yield "The platform database does not answer; check CHECKIN_PLATFORM_DATABASE_URL."
        return
    yield from readiness.of_jobs(found, jobs.expected(settings), now=clock())


def _of_keys(settings: Settings) -> Iterator[str]:
    """Keys on a disk are tried here; AWS KMS is asked by the worker, and its word is read above."""
    try:
        keys.load(settings.link_keys_file)
    except (CheckinError, OSError) as error:
        yield f"The link keys cannot be read: {error}"
    if settings.vault_keys.startswith(KMS_SCHEME):
        return
    try:
        vault.check(settings.vault_keys)
    except (CheckinError, OSError) as error:
        yield f"The vault's master keys cannot be used: {error}"
