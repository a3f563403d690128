"""Whether the campaign side can do its work.

Of the broker and AWS this process need know nothing: the worker writes down how they answer.
"""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from campaigns.models import Heartbeat
from campaigns.watching import jobs
from kit import heartbeats, readiness
from kit.clock import Clock
from kit.database import Database
from kit.errors import CheckinError
from kit.settings import Settings
from links import keys
from migrations import upgrading


def problems(settings: Settings, campaign: Database, *, clock: Clock) -> list[str]:
    """What is wrong, a sentence each; nothing where all is well."""
    return [
        *_of_database(settings, campaign, clock),
        *_of_keys(settings),
    ]


def _of_database(settings: Settings, campaign: Database, clock: Clock) -> Iterator[str]:
    try:
        if not upgrading.is_current("campaign", campaign):
            yield "The campaign database is not up to date; run `checkin init`."
            return
        with campaign.reading() as session:
            found = heartbeats.read(session, Heartbeat)
    except SQLAlchemyError:
        yield "The campaign database does not answer; check CHECKIN_CAMPAIGN_DATABASE_URL."
        return
    yield from readiness.of_jobs(found, jobs.expected(settings), now=clock())


def _of_keys(settings: Settings) -> Iterator[str]:
    try:
        keys.load(settings.secret_key_file)
    except (CheckinError, OSError) as error:
        yield f"The console's keys cannot be read: {error}"
