"""The checks of `checkin doctor`. Each gives one line: ok, or what to do."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

from checkin import database_diagnosis, databases, key_rings, sender_diagnosis, ses_diagnosis
from checkin.dns import Dns, check_receives
from checkin.findings import Diagnosis, Unwell, look
from kit import broker, mailboxes
from kit.clock import london_day, utc_now
from kit.settings import Settings
from links import keys
from portal.free_help import overdue
from replies.vault.master_keys import LocalRing
from replies.vault.sealing import master_keys_of


def examine(settings: Settings, *, dns: Dns | None = None) -> Iterator[Diagnosis]:
    """Check everything that this process needs, one after the other; DNS only with `dns`."""
    yield Diagnosis("settings", True, f"read; this is {settings.env}")
    for side in databases.sides(settings):
        yield look(f"{side.name} database", partial(database_diagnosis.standing, side))
        yield look(f"{side.name} jobs", partial(database_diagnosis.jobs, side, settings))
        yield look(f"{side.name} clock", partial(database_diagnosis.clock, side, settings))
    yield look("broker", lambda: _broker(settings))
    yield look("keys", lambda: _keys(settings))
    if settings.has_campaign_side:
        yield from sender_diagnosis.examine(settings.from_address, dns=dns)
        yield look("SES events", lambda: ses_diagnosis.events(settings.ses_configuration_set))
        yield look("SES tracking", lambda: ses_diagnosis.tracking(settings.ses_configuration_set))
        yield look("set aside", lambda: database_diagnosis.events_set_aside(settings))
        yield look("event queue", lambda: ses_diagnosis.queue(settings.ses_events_queue_url))
        yield look("replies", lambda: ses_diagnosis.replies(settings))
        if dns is not None and settings.reply_to is not None:
            domain = mailboxes.domain_of(settings.reply_to)
            yield look("DNS replies", lambda: check_receives(dns, domain, settings.aws_region))
    if settings.has_platform_side:
        yield look("webhook", lambda: database_diagnosis.changes_told(settings))
        yield look("complaints", lambda: database_diagnosis.complaints(settings))
        yield look("free help", lambda: free_help(london_day(utc_now())))
        sender = settings.platform_from_address
        yield from sender_diagnosis.examine(sender, dns=dns, prefix="platform ")
        yield look("inbound queue", lambda: ses_diagnosis.inbound(settings.inbound_queue_url))


def free_help(today: date) -> str:
    """Check that the help shown to tenants was reviewed within the last year."""
    if late := overdue(today):
        raise Unwell(
            f"nobody has checked {', '.join(late)} for a year; open each, call its numbers, and set"
            " its day in templates/languages/*/organisations.toml"
        )
    return "each number and address was checked within a year"


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
        rings.append(f"digests {len(keys.load(settings.digest_key_file))}")
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
