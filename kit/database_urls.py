"""Database URLs: SQLite or PostgreSQL, with a database name and options the driver knows."""

import re
from collections.abc import Iterator

from psycopg import pq
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

FORMS = "sqlite:///FILE or postgresql://USER@HOST/NAME"
SQLITE_OPTIONS = {
    *("cache", "cached_statements", "check_same_thread", "detect_types", "immutable"),
    *("isolation_level", "mode", "nolock", "timeout", "uri", "vfs"),
}
"""Those of sqlite3.connect, and of SQLite's `file:` URIs (https://sqlite.org/uri.html)."""
POSTGRESQL_OPTIONS = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
"""The options that this machine's libpq knows."""
NUMBERS = {
    *("connect_timeout", "keepalives", "keepalives_count", "keepalives_idle"),
    *("keepalives_interval", "port", "tcp_user_timeout"),
}
CHOICES = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "gssencmode": ("disable", "prefer", "require"),
    "channel_binding": ("disable", "prefer", "require"),
}
PORT_MAX = 65535


def parse(text: str) -> str:
    """Return the URL unchanged.

    Raises:
        ValueError: the URL is unusable. The message never contains its password.
    """
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError):
        raise ValueError(f"is not a database URL; write {FORMS}") from None
    if backend not in FAULTS:
        raise ValueError(f"names {backend}, which is not supported; use sqlite or postgresql")
    for fault in FAULTS[backend](url):
        raise ValueError(fault)
    return text


def _of_sqlite(url: URL) -> Iterator[str]:
    if url.host:
        yield "names a host; write sqlite:///FILE with three slashes"
    if not url.database:
        yield "names no file; write sqlite:///FILE"
    yield from _of_options(url, SQLITE_OPTIONS)


def _of_postgresql(url: URL) -> Iterator[str]:
    if not url.database and "dbname" not in url.query and "service" not in url.query:
        yield "names no database; add /NAME after the host"
    if url.port is not None and not 1 <= url.port <= PORT_MAX:
        yield "has a port that is none; write a number from 1 to 65535"
    if re.search(r"[/?#@\s]", url.host or ""):
        yield "has no valid host; write %2F, %3F, %23 and %40 for / ? # and @ in a password"
    yield from _of_options(url, POSTGRESQL_OPTIONS)


def _of_options(url: URL, known: set[str]) -> Iterator[str]:
    for name, values in url.normalized_query.items():
        if name not in known:
            yield f"has the option “{name}”, which the driver does not know; take it out"
        elif name in NUMBERS and not all(re.fullmatch(r"\d+", value) for value in values):
            yield f"has a {name} that is no number; write one"
        elif name in CHOICES and not set(values) <= set(CHOICES[name]):
            yield f"has a {name} that does not exist; use one of {', '.join(CHOICES[name])}"


FAULTS = {"sqlite": _of_sqlite, "postgresql": _of_postgresql}
