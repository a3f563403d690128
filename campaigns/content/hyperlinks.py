"""Which addresses an email may link to."""

import re
from urllib.parse import SplitResult, unquote, urlsplit

from kit.invisible import INVISIBLE

SCHEMES = ("https", "mailto", "tel")
HOST = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]"
)
WWW_MISTYPED = re.compile(r"ww\.|w{4,}\.", re.IGNORECASE)
PATH = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*")
MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`|~-]{1,64}@([A-Za-z0-9.-]+)")
TELEPHONE = re.compile(r"\+?[0-9-]{3,20}")
SHOWN = 60


def fault(address: str) -> str | None:
    """Return a sentence if an address may not be linked to, else None.

    Allowed are complete https addresses with a public host name and without a user name (which
    can dress up one site as another), `mailto:` with one mailbox, and `tel:` with one number.
    """
    if not address:
        return "a link has no address; write [words](https://…)"
    try:
        parts = urlsplit(address)
        sound = _is_sound(parts)
    except ValueError:
        sound = False
        parts = urlsplit("")
    if INVISIBLE.search(unquote(address)):
        return "a link has an invisible character in its address; type the address anew"
    if sound:
        return None
    return f"“{address[:SHOWN]}” {_reason(address, parts)}"


def _is_sound(parts: SplitResult) -> bool:
    if parts.scheme == "mailto":
        mailbox = MAILBOX.fullmatch(parts.path)
        return mailbox is not None and _is_public(mailbox[1]) and not (parts.query or parts.netloc)
    if parts.scheme == "tel":
        return TELEPHONE.fullmatch(parts.path) is not None and not (parts.query or parts.netloc)
    return (
        parts.scheme == "https"
        and "@" not in parts.netloc
        and ":" not in parts.netloc
        and _is_public(parts.hostname or "")
        and PATH.fullmatch(parts.geturl()) is not None
    )


def _is_public(host: str) -> bool:
    return HOST.fullmatch(host.lower()) is not None and not WWW_MISTYPED.match(host)


def _reason(address: str, parts: SplitResult) -> str:
    if parts.scheme == "http":
        return "is not secure; write the link with https://"
    if parts.scheme == "mailto":
        return "is not one mailbox; write mailto:NAME@HOST and nothing more"
    if parts.scheme == "tel":
        return "is not a telephone number; write tel: and digits without spaces"
    if parts.scheme == "https":
        return _reason_of_a_page(parts)
    if MAILBOX.fullmatch(address):
        return "is an email address; start it with mailto:"
    if TELEPHONE.fullmatch(address):
        return "is a telephone number; start it with tel:"
    if parts.scheme and not HOST.fullmatch(parts.scheme):
        return f"is a {parts.scheme[:20]}: link; a link starts with https://, mailto: or tel:"
    return "is not a complete address; start it with https://"


def _reason_of_a_page(parts: SplitResult) -> str:
    if "@" in parts.netloc:
        return "has a user name before its host, which may dress up one site as another; leave it"
    if not parts.hostname:
        return "is not a complete address; copy it from the browser's address bar"
    if ":" in parts.netloc:
        return "has a port, which many networks do not let through; leave it out"
    if not _is_public(parts.hostname):
        return f"is on {parts.hostname[:SHOWN]}, which is no public site; tenants cannot open it"
    return "has a character that no address has; copy it from the browser's address bar"
