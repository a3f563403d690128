"""Public base URLs that links are built from: a host, and at most a port and a path prefix.

A link is the base URL and a path. A query, a fragment, a password, or a character at which mail
programs end a link, would break every link of a month.
"""

import re
from urllib.parse import SplitResult, urlsplit

from email_validator import EmailNotValidError, validate_email

SCHEMES = {"http", "https"}
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
IPV6 = re.compile(r"[0-9a-f:.]+")
FOLDER = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*")
HOST_MAX = 253
ADDRESS_MAX = 300
"""Characters. With a token it has to fit into a header (995) and a line of text (998)."""

NO_ADDRESS = "is not a web address; write https://HOST"
NO_HOST = "has no valid host; write https://HOST"
NO_PORT = "has a port that is none; write a number from 1 to 65535"
PARTS = (
    ("@", "has a user or a password before its host; leave that out"),
    ("?", "has a query, the part from the ?; leave that out"),
    ("#", "has a fragment, the part from the #; leave that out"),
)
NOT_IN_A_LINK = (
    "has a folder that cannot be part of a link; use letters, digits, dots, hyphens and underscores"
)


def parse(text: str) -> str:
    """Return the address in ASCII, its host in Punycode, without a trailing slash.

    Raises:
        ValueError: links cannot be built from it; the message says which part is wrong.
    """
    parts = _split(text)
    host, port = _host(parts), _port(parts)
    folder = parts.path.rstrip("/")
    if not FOLDER.fullmatch(folder):
        raise ValueError(NOT_IN_A_LINK)
    address = f"{parts.scheme}://{host}{port}{folder}"
    if len(address) > ADDRESS_MAX:
        raise ValueError(f"is longer than {ADDRESS_MAX} characters")
    return address


def folder_of(address: str) -> str:
    """Return the path prefix of a parsed address: `/check-in`, or an empty text."""
    return urlsplit(address).path


def host_in_ascii(host: str) -> str:
    """Return a host name in lower case, in Punycode if it is internationalised (RFC 5891).

    Raises:
        ValueError: it is not a host name.
    """
    ascii_host = host.lower() if host.isascii() else _punycode(host)
    if len(ascii_host) > HOST_MAX or not all(map(LABEL.fullmatch, ascii_host.split("."))):
        raise ValueError(NO_HOST)
    return ascii_host


def _punycode(host: str) -> str:
    try:
        checked = validate_email(f"a@{host}", check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError(NO_HOST) from None
    return checked.ascii_domain.lower()


def _split(text: str) -> SplitResult:
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        raise ValueError("has a space or an invisible character in it; write https://HOST")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ValueError(NO_ADDRESS) from None
    if parts.scheme not in SCHEMES or not parts.netloc:
        raise ValueError(NO_ADDRESS)
    for mark, message in PARTS:
        if mark in text:
            raise ValueError(message)
    return parts


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if ":" in host and IPV6.fullmatch(host):
        return f"[{host}]"
    return host_in_ascii(host)


def _port(parts: SplitResult) -> str:
    try:
        port = parts.port
    except ValueError:
        raise ValueError(NO_PORT) from None
    if port == 0 or (port is None and parts.netloc.endswith(":")):
        raise ValueError(NO_PORT)
    return "" if port is None else f":{port}"
