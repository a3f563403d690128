"""Random identifiers. Nothing can be guessed, counted or dated from one."""

import secrets

LINK_ID_BYTES = 16


def link_id() -> bytes:
    """128 random bits: the only thing a signed link carries."""
    return secrets.token_bytes(LINK_ID_BYTES)


def attempt_id() -> str:
    """22 characters from SES's tag alphabet `[A-Za-z0-9_-]`, one per claimed batch."""
    return secrets.token_urlsafe(16)


def tick_id() -> str:
    """12 hexadecimal digits that name a tick in the log."""
    return secrets.token_hex(6)
