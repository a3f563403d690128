"""The checks of `checkin doctor`. Each gives one line: ok, or what to do."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

import campaigns.models
import campaigns.watching.jobs
import tenants.jobs
import tenants.models
from campaigns.sending import set_aside
from checkin import databases, key_rings, sender_diagnosis, ses_diagnosis
from checkin.databases import Side
from checkin.dns import Dns, check_receives
from checkin.findings import Diagnosis, Unwell, look
from kit import broker, clocks, heartbeats, mailboxes, readiness
from kit.clock import london_day, utc_now
from kit.database import Database
from kit.settings import Settings
from kit.timeouts import DIAGNOSIS
from links import keys
from portal import signposts
from replies.vault.master_keys import LocalRing
from replies.vault.sealing import master_keys_of
from tenants.complaints import register
from tenants.feed import signatures, webhook

COMPLAINT_DAYS = 21
JOBS = {
    "campaign": (campaigns.models.Heartbeat, campaigns.watching.jobs.expected),
    "platform": (tenants.models.Heartbeat, tenants.jobs.expected),
}


def examine(settings: Settings, *, dns: Dns | None = None) -> Iterator[Diagnosis]:
    """Check everything that this process needs, one after the other; DNS only with `dns`."""
    yield Diagnosis("settings", True, f"read; this is {settings.env}")
    for side in databases.sides(settings):
        yield look(f"{side.name} database", partial(_database, side))
        yield look(f"{side.name} jobs", partial(_jobs, side, settings))
        yield look(f"{side.name} clock", partial(_clock, side, settings))
    yield look("broker", lambda: _broker(settings))
    yield look("keys", lambda: _keys(settings))
    if settings.has_campaign_side:
        yield from sender_diagnosis.examine(settings.from_address, dns=dns)
        yield look("SES events", lambda: ses_diagnosis.events(settings.ses_configuration_set))
        yield look("SES tracking", lambda: ses_diagnosis.tracking(settings.ses_configuration_set))
        yield look("set aside", lambda: _set_aside(settings))
        yield look("event queue", lambda: ses_diagnosis.queue(settings.ses_events_queue_url))
        yield look("replies", lambda: ses_diagnosis.replies(settings))
        if dns is not None and settings.reply_to is not None:
            domain = mailboxes.domain_of(settings.reply_to)
            yield look("DNS replies", lambda: check_receives(dns, domain, settings.aws_region))
    if settings.has_platform_side:
        yield look("webhook", lambda: _webhook(settings))
        yield look("complaints", lambda: _complaints(settings))
        yield look("free help", lambda: free_help(london_day(utc_now())))
        sender = settings.platform_from_address
        yield from sender_diagnosis.examine(sender, dns=dns, prefix="platform ")
        yield look("inbound queue", lambda: ses_diagnosis.inbound(settings.inbound_queue_url))


def _database(side: Side) -> str:
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


def _jobs(side: Side, settings: Settings) -> str:
    """Check that each job ran in time; before the first run of beat there is nothing to check."""
    model, expected = JOBS[side.name]
    database = Database(side.url, timeouts=DIAGNOSIS)
    try:
        with database.reading() as session:
            found = heartbeats.last_runs(session, model)
        problems = list(readiness.of_jobs(found, expected(settings), now=database.now()))
    except SQLAlchemyError:
        return "not asked, as the database is not ready"
    finally:
        database.dispose()
    if not found:
        return "none was done yet; start beat and a worker"
    if problems:
        raise Unwell(" ".join(problems))
    return f"{', '.join(sorted(found))}: done in time"


def _clock(side: Side, settings: Settings) -> str:
    database = Database(side.url, timeouts=DIAGNOSIS)
    try:
        if problems := list(clocks.problems(database, tick=settings.tick)):
            raise Unwell(" ".join(problems))
        return "this machine agrees with the database"
    except SQLAlchemyError:
        return "not asked, as the database is not ready"
    finally:
        database.dispose()


def free_help(today: date) -> str:
    """Check that somebody has looked over the help that tenants are shown, within a year."""
    if overdue := signposts.overdue(today):
        raise Unwell(
            f"nobody has checked {', '.join(overdue)} for a year; open each, call its numbers, and"
            " set its day in portal/signposts.py"
        )
    return "each number and address was checked within a year"


def _webhook(settings: Settings) -> str:
    if settings.webhook_url is None or settings.webhook_secrets_file is None:
        return "not set; the platform asks for changes itself"
    signatures.load(settings.webhook_secrets_file)
    database = Database(settings.platform_database_url, timeouts=DIAGNOSIS)
    try:
        with database.reading() as session:
            row = webhook.standing(session)
    except SQLAlchemyError:
        return "not asked, as the database is not ready"
    finally:
        database.dispose()
    if row is not None and row.failures:
        raise Unwell(
            f"the last {row.failures} calls were not taken ({row.trouble}); "
            "look at the receiver's log"
        )
    return "every change was told" if row is not None else "not called yet"


def _complaints(settings: Settings) -> str:
    """One that nobody acknowledged is said three weeks before its time is over."""
    database = databases.platform(settings, DIAGNOSIS)
    try:
        with database.reading() as session:
            deadline = register.next_deadline(session)
    except SQLAlchemyError:
        return "not asked, as the database is not ready"
    finally:
        database.dispose()
    if deadline is None:
        return "every complaint is acknowledged"
    left = register.days_left(deadline, utc_now())
    if left < COMPLAINT_DAYS:
        raise Unwell(
            f"one has to be acknowledged within {left} days; see `checkin complaints list`"
        )
    return f"one waits to be acknowledged; {left} days are left"


def _set_aside(settings: Settings) -> str:
    database = databases.campaign(settings, DIAGNOSIS)
    try:
        with database.reading() as session:
            number = set_aside.count(session)
    except SQLAlchemyError:
        return "not asked, as the database is not ready"
    finally:
        database.dispose()
    if number:
        raise Unwell(set_aside.sentence(number))
    return "every message from SES could be read"


def _broker(settings: Settings) -> str:
    if settings.is_embedded_broker:
        return "in this process, so one process only; set CHECKIN_BROKER_URL for more"
    for side in databases.sides(settings):
        if trouble := broker.trouble(settings, side.name):
            raise Unwell(broker.SENTENCES[trouble])
    return "answers, and its queues are short"


def _keys(settings: Settings) -> str:
    rings = []
    if settings.has_campaign_side:
        rings.append(f"console {len(keys.load(settings.secret_key_file))}")
    if settings.has_platform_side:
        rings.append(f"links {len(keys.load(settings.link_keys_file))}")
        rings.append(_vault(settings))
        _refuse_open(settings.link_keys_file)
    return ", ".join(rings)


def _vault(settings: Settings) -> str:
    keys = master_keys_of(settings.vault_keys)
    if isinstance(keys, LocalRing) and (broken := keys.broken()):
        raise Unwell(
            f"{', '.join(broken)} in {settings.vault_keys} holds no key;"
            " an older one is used meanwhile: restore it from a backup"
        )
    days = (utc_now() - keys.made_at).days
    place = "in AWS KMS" if key_rings.is_remote(settings) else "local"
    return f"vault {place}, {days} days old"


def _refuse_open(ring: Path) -> None:
    if ring.stat().st_mode & 0o077:
        raise Unwell(f"{ring} can be read by others; run `chmod 400 {ring}`")
