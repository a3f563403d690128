"""Which addresses an email may link to."""

import re
from urllib.parse import SplitResult, urlsplit

SCHEMES = ("https", "mailto", "tel")
HOST = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]"
)
PATH = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*")
MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`|~-]{1,64}@([A-Za-z0-9.-]+)")
TELEPHONE = re.compile(r"\+?[0-9-]{3,20}")
SHOWN = 60


def fault(address: str) -> str | None:
    """A sentence about an address that may not be linked to, or None.

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
    if sound:
        return None
    return f"“{address[:SHOWN]}” {_reason(parts)}"


def _is_sound(parts: SplitResult) -> bool:
    if parts.scheme == "mailto":
        mailbox = MAILBOX.fullmatch(parts.path)
        return mailbox is not None and _is_public(mailbox[1]) and not (parts.query or parts.netloc)
    if parts.scheme == "tel":
        return TELEPHONE.fullmatch(parts.path) is not None and not (parts.query or parts.netloc)
    return (
        parts.scheme == "https"
        and "@" not in parts.netloc
        and parts.port is None
        and _is_public(parts.hostname or "")
        and PATH.fullmatch(parts.geturl()) is not None
    )


def _is_public(host: str) -> bool:
    return HOST.fullmatch(host.lower()) is not None


def _reason(parts: SplitResult) -> str:
    if parts.scheme == "http":
        return "is not secure; write the link with https://"
    if parts.scheme in SCHEMES:
        return "is not a complete address; copy it from the browser's address bar"
    if parts.scheme:
        return f"is a {parts.scheme[:20]}: link; a link starts with https://, mailto: or tel:"
    return "is not a complete address; start it with https://"
