"""Checks of `checkin doctor` that ask a database. Each returns its finding or raises Unwell."""

from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

import campaigns.models
import campaigns.watching.jobs
import tenants.jobs
import tenants.models
from campaigns.sending import set_aside
from checkin import databases
from checkin.databases import Side
from checkin.findings import Unwell
from kit import clocks, heartbeats, readiness
from kit.clock import utc_now
from kit.database import Database
from kit.settings import Settings
from kit.timeouts import DIAGNOSIS
from tenants.complaints import register
from tenants.feed import signatures, webhook

COMPLAINT_DAYS = 21
NOT_ASKED = "not asked, as the database is not ready"
JOBS = {
    "campaign": (campaigns.models.Heartbeat, campaigns.watching.jobs.expected),
    "platform": (tenants.models.Heartbeat, tenants.jobs.expected),
}


def _ask(database: Database, check: Callable[[Database], str]) -> str:
    """Run `check`; skip it if the database is not ready, which another line reports."""
    try:
        return check(database)
    except SQLAlchemyError:
        return NOT_ASKED
    finally:
        database.dispose()


def standing(side: Side) -> str:
    database = Database(side.url, timeouts=DIAGNOSIS)
    try:
        if not databases.is_current(side, database):
            raise Unwell("not up to date; run `checkin init`")
        return f"{database.engine.dialect.name}, up to date"
    except SQLAlchemyError:
        variable = f"CHECKIN_{side.name.upper()}_DATABASE_URL"
        raise Unwell(f"cannot be reached; check {variable} and that the server runs") from None
    finally:
        database.dispose()


def jobs(side: Side, settings: Settings) -> str:
    """Check that each job ran in time; before the first run of beat there is nothing to check."""
    model, expected = JOBS[side.name]

    def check(database: Database) -> str:
        with database.reading() as session:
            found = heartbeats.last_runs(session, model)
        if not found:
            return "none was done yet; start beat and a worker"
        if problems := list(readiness.of_jobs(found, expected(settings), now=database.now())):
            raise Unwell(" ".join(problems))
        return f"{', '.join(sorted(found))}: done in time"

    return _ask(Database(side.url, timeouts=DIAGNOSIS), check)


def clock(side: Side, settings: Settings) -> str:
    def check(database: Database) -> str:
        if problems := list(clocks.problems(database, tick=settings.tick)):
            raise Unwell(" ".join(problems))
        return "this machine agrees with the database"

    return _ask(Database(side.url, timeouts=DIAGNOSIS), check)


def changes_told(settings: Settings) -> str:
    """Check that the platform accepts the webhook's calls."""
    if settings.webhook_url is None or settings.webhook_secrets_file is None:
        return "not set; the platform asks for changes itself"
    signatures.load(settings.webhook_secrets_file)

    def check(database: Database) -> str:
        with database.reading() as session:
            row = webhook.standing(session)
        if row is None:
            return "not called yet"
        if row.failures:
            raise Unwell(
                f"the last {row.failures} calls were not taken ({row.trouble}); "
                "look at the receiver's log"
            )
        return "every change was told"

    return _ask(databases.platform(settings, DIAGNOSIS), check)


def complaints(settings: Settings) -> str:
    """Check that no complaint is close to its deadline of 30 days."""

    def check(database: Database) -> str:
        with database.reading() as session:
            deadline = register.next_deadline(session)
        if deadline is None:
            return "every complaint is acknowledged"
        left = register.days_left(deadline, utc_now())
        if left < COMPLAINT_DAYS:
            raise Unwell(
                f"one has to be acknowledged within {left} days; see `checkin complaints list`"
            )
        return f"one waits to be acknowledged; {left} days are left"

    return _ask(databases.platform(settings, DIAGNOSIS), check)


def events_set_aside(settings: Settings) -> str:
    def check(database: Database) -> str:
        with database.reading() as session:
            number = set_aside.count(session)
        if number:
            raise Unwell(set_aside.sentence(number))
        return "every message from SES could be read"

    return _ask(databases.campaign(settings, DIAGNOSIS), check)
