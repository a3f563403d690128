"""Parse environment variables. The message of a ValueError completes “CHECKIN_X: …”."""

import math
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from kit import broker_urls, database_urls, durations, mailboxes, web_addresses

EMBEDDED_BROKER = "memory://"
NO_DATABASE = "none"
ENVIRONMENTS = {"embedded", "production"}
PROCESSES = {"beat", "console", "migrator", "operator", "portal", "worker"}
KMS_SCHEME = "aws-kms://"
S3_SCHEME = "s3://"
HOME_REGION = "eu-west-2"
LINKS_LAST = timedelta(days=14)
"""Figures are drawn three days after the last reply; the rest allows for workers being down."""


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
    """A duration longer than zero."""
    read = value if isinstance(value, timedelta) else durations.parse(str(value))
    if not read:
        raise ValueError("is no time at all; write a duration such as 7s, 10m, 48h or 30d")
    return read


def database_url(value: object) -> str:
    """A SQLAlchemy URL of SQLite or PostgreSQL, or `none`."""
    text = str(value).strip()
    if text == NO_DATABASE:
        return text
    return database_urls.parse(text)


def web_address(value: object) -> str:
    """An http or https URL that can carry a link, without its trailing slash."""
    return web_addresses.parse(str(value).strip())


def broker_url(value: object) -> str:
    """A broker URL for Celery; `embedded` is the in-process broker."""
    text = str(value).strip()
    return EMBEDDED_BROKER if text == "embedded" else broker_urls.parse(text)


def mail_address(value: object) -> str:
    """One mailbox, with or without a display name: `Check-in <check-in@example.org>`."""
    return mailboxes.parse(str(value).strip())


def mail_addresses(value: object) -> tuple[str, ...]:
    """Any number of mailboxes, separated by commas."""
    texts = value if isinstance(value, tuple) else str(value).split(",")
    return tuple(mail_address(text) for text in texts if str(text).strip())


def rate(value: object) -> float:
    """Recipients a second, more than zero."""
    try:
        read = float(str(value))
    except ValueError:
        read = 0.0
    if not (read > 0 and math.isfinite(read)):
        raise ValueError("is not a rate; write recipients a second, such as 14")
    return read


def hops(value: object) -> int:
    """A number of proxies: 0 to 9."""
    text = str(value).strip()
    if not (len(text) == 1 and text.isascii() and text.isdecimal()):
        raise ValueError("is not a number of proxies; write 0, or 1 behind one load balancer")
    return int(text)


def host_and_port(value: object) -> tuple[str, int]:
    """An IP address and a port, `192.0.2.1:53`; of IPv6 in brackets."""
    text = str(value).strip()
    try:
        parts = urlsplit(f"//{text}")
        return str(ip_address(parts.hostname or "")), int(parts.port or "")
    except ValueError:
        raise ValueError("is not an address and a port; write 192.0.2.1:53") from None


def vault_keys(value: object) -> str:
    """A folder's path, or `aws-kms://KEY`."""
    text = str(value).strip()
    if text == KMS_SCHEME or ("://" in text and not text.startswith(KMS_SCHEME)):
        raise ValueError("is not a key ring; write a folder's path or aws-kms://KEY")
    return text


def link_duration(value: object) -> timedelta:
    """How long links are kept: at least until the month's figures are drawn."""
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
