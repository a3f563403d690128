"""SES's rules beyond the shape of a request: tags, headers, addresses.

Sources: AWS's API reference for SES v2 (MessageTag, MessageHeader, Destination, SendBulkEmail) and
the developer guide's "Amazon SES header fields".
"""

import re
from collections.abc import Iterable, Sequence
from email.utils import parseaddr
from typing import Any

MAX_ENTRIES = 50
MAX_RECIPIENTS = 50
MAX_HEADERS = 15
MAX_HEADER_LENGTH = 996
MAX_TAG = 256
MAX_TEMPLATE_BYTES = 1024 * 1024

SET_BY_SES = frozenset(
    {"bcc", "cc", "content-disposition", "content-type", "date", "from", "message-id"}
    | {"mime-version", "reply-to", "return-path", "subject", "to"}
)
TAG = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_TAG}}}")
LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"{LOCAL}@{LABEL}(?:\.{LABEL})+")
MAX_LOCAL = 64
MAX_ADDRESS = 320

Headers = tuple[tuple[str, str], ...]


class RuleBroken(Exception):
    """SES refuses this value; the text is SES's kind of sentence."""


def bare_address(written: str) -> str:
    """The address inside `Name <address>`, or the address itself.

    Raises:
        RuleBroken: it is not an address that SES sends to (RFC 5321 without SMTPUTF8).
    """
    if ADDRESS.fullmatch(written) and len(written) <= MAX_ADDRESS:
        address = written
    else:
        address = _address_within(written)
    if len(address.partition("@")[0]) > MAX_LOCAL:
        raise RuleBroken("Local part of the address is longer than 64 characters")
    return address


def _address_within(written: str) -> str:
    if not written.isascii() or not written.isprintable():
        raise RuleBroken("Address contains characters that are not printable ASCII")
    address = parseaddr(written)[1] if "<" in written else written
    if "@" not in address:
        raise RuleBroken("Missing final '@domain'")
    if len(address) > MAX_ADDRESS or not ADDRESS.fullmatch(address):
        raise RuleBroken("Illegal address")
    return address


def tags(written: Iterable[dict[str, str]]) -> dict[str, list[str]]:
    """Tags as events carry them: a name to a list of values."""
    found: dict[str, list[str]] = {}
    for tag in written:
        name, value = tag["Name"], tag["Value"]
        if not TAG.fullmatch(name):
            raise RuleBroken(f"Invalid tag name: {name[:MAX_TAG]}")
        if not TAG.fullmatch(value):
            raise RuleBroken(f"Invalid tag value: {value[:MAX_TAG]}")
        found.setdefault(name, []).append(value)
    return found


def headers(default: Sequence[dict[str, Any]], replacement: Sequence[dict[str, Any]]) -> Headers:
    """The message's custom headers, a replacement taking the place of its default namesake."""
    merged = _unique(default)
    merged.update(_unique(replacement))
    if len(merged) > MAX_HEADERS:
        raise RuleBroken(f"Too many headers; at most {MAX_HEADERS} are allowed")
    return tuple(merged.values())


def _unique(written: Sequence[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for header in written:
        name, value = header["Name"], header["Value"]
        key = name.lower()
        if key in SET_BY_SES:
            raise RuleBroken(f"Header {name} is set by SES and cannot be a custom header")
        if key in found:
            raise RuleBroken(f"Header {name} appears more than once")
        if len(name) + len(value) > MAX_HEADER_LENGTH:
            raise RuleBroken(f"Header {name} and its value exceed {MAX_HEADER_LENGTH} characters")
        found[key] = (name, value)
    return found
