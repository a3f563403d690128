"""Random identifiers, which reveal neither an order nor a time."""

import secrets

LINK_ID_BYTES = 16


def new_link_id() -> bytes:
    """Return 128 random bits: all that a signed link contains."""
    return secrets.token_bytes(LINK_ID_BYTES)


def attempt_id() -> str:
    """Return the id of a claimed batch: 22 characters that SES allows in a tag, `[A-Za-z0-9_-]`."""
    return secrets.token_urlsafe(16)


def tick_id() -> str:
    """Return the id of a tick in the log: 12 hexadecimal digits."""
    return secrets.token_hex(6)
