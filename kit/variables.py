"""Read one environment variable's text; a ValueError's message completes “CHECKIN_X: …”."""

import math
from datetime import timedelta
from email.headerregistry import Address
from email.policy import default as mail_policy
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from kit import durations

EMBEDDED_BROKER = "memory://"
NO_DATABASE = "none"
ENVIRONMENTS = {"embedded", "production"}
PROCESSES = {"beat", "console", "migrator", "operator", "portal", "worker"}
BACKENDS = {"sqlite", "postgresql"}
BROKERS = {"redis", "rediss", "amqp", "amqps", "memory", "filesystem"}
KMS_SCHEME = "aws-kms://"
S3_SCHEME = "s3://"
HOME_REGION = "eu-west-2"
LINKS_LAST = timedelta(days=14)
"""Figures are drawn three days after the last reply; the rest is for a tick that was down."""


def environment(value: object) -> str:
    """`embedded` or `production`."""
    text = str(value).strip()
    if text not in ENVIRONMENTS:
        raise ValueError("is neither embedded nor production; write one of them")
    return text


def process(value: object) -> str:
    """The name of one of a side's processes."""
    text = str(value).strip()
    if text not in PROCESSES:
        raise ValueError(f"is no process; write one of {', '.join(sorted(PROCESSES))}")
    return text


def duration(value: object) -> timedelta:
    """A duration longer than nothing."""
    read = value if isinstance(value, timedelta) else durations.parse(str(value))
    if not read:
        raise ValueError("is no time at all; write a duration such as 7s, 10m, 48h or 30d")
    return read


def database_url(value: object) -> str:
    """A SQLAlchemy URL of SQLite or PostgreSQL, or `none`."""
    text = str(value).strip()
    if text == NO_DATABASE:
        return text
    try:
        backend = make_url(text).get_backend_name()
    except (ArgumentError, ValueError):
        raise ValueError(
            "is not a database URL; write sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from None
    if backend not in BACKENDS:
        raise ValueError(f"names {backend}, which is not supported; use sqlite or postgresql")
    return text


def web_address(value: object) -> str:
    """An http or https URL without its trailing slash."""
    text = str(value).strip().rstrip("/")
    if not _has_host(text, {"http", "https"}):
        raise ValueError("is not a web address; write https://HOST")
    return text


def broker_url(value: object) -> str:
    """A broker that Celery's own transports speak to; `embedded` is the in-process one."""
    text = str(value).strip()
    if text == "embedded":
        return EMBEDDED_BROKER
    if urlsplit(text).scheme not in BROKERS:
        raise ValueError("is not a broker's URL; write redis://HOST:PORT/DB")
    return text


def mail_address(value: object) -> str:
    """One mailbox, with or without a display name: `Check-in <check-in@example.org>`."""
    text = str(value).strip()
    if len(_mailboxes(text)) != 1:
        raise ValueError("is not one email address; write NAME@HOST or Some Name <NAME@HOST>")
    return text


def rate(value: object) -> float:
    """Recipients a second, more than none."""
    try:
        read = float(str(value))
    except ValueError:
        read = 0.0
    if not (read > 0 and math.isfinite(read)):
        raise ValueError("is not a rate; write recipients a second, such as 14")
    return read


def hops(value: object) -> int:
    """How many proxies stand in a row: none to nine."""
    text = str(value).strip()
    if not (len(text) == 1 and text.isascii() and text.isdecimal()):
        raise ValueError("is not a number of proxies; write 0, or 1 behind one load balancer")
    return int(text)


def vault_keys(value: object) -> str:
    """A folder's path, or `aws-kms://KEY_ID`."""
    text = str(value).strip()
    if text == KMS_SCHEME or ("://" in text and not text.startswith(KMS_SCHEME)):
        raise ValueError("is not a key ring; write a folder's path or aws-kms://KEY_ID")
    return text


def link_duration(value: object) -> timedelta:
    """How long links are kept: long enough for the month's figures to be drawn from them."""
    kept = duration(value)
    if kept < LINKS_LAST:
        raise ValueError(
            f"is too short; figures are drawn from links, so keep them {LINKS_LAST.days}d or longer"
        )
    return kept


def s3_object(value: object) -> str:
    """An object in S3, `s3://BUCKET/KEY`."""
    text = str(value).strip()
    bucket, _, key = text.removeprefix(S3_SCHEME).partition("/")
    if not (text.startswith(S3_SCHEME) and bucket and key):
        raise ValueError("is not an object in S3; write s3://BUCKET/KEY")
    return text


def _has_host(text: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _mailboxes(text: str) -> tuple[Address, ...]:
    if not text.isprintable():
        return ()
    header = mail_policy.header_factory("From", text)
    mailboxes = getattr(header, "addresses", ())
    return () if header.defects or not all(box.domain for box in mailboxes) else mailboxes
