"""What is left of an erased tenant's reference: a keyed digest, and a sealed copy for the feed.

The digest lets a restored backup be told from one that brings nobody back; the sealed copy lets the
platform delete its own account of the tenant. Both are under the link keys, which lie outside the
database; a key that is rotated out opens and matches nothing any more.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
PADDED_TO = 256
"""Bytes: every sealed reference is of one length."""


def digest_of(key: bytes, reference: str) -> str:
    """The keyed digest of a reference, in hexadecimal."""
    return hmac.digest(key, b"checkin.references.digest:" + reference.encode(), "sha256").hex()


def conceal(keys: Sequence[bytes], reference: str) -> bytes:
    """Encrypt a reference with the newest (last) of `keys`."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    padded = reference.encode().ljust(PADDED_TO, b"\0")
    return nonce + _cipher(keys[-1]).encrypt(nonce, padded, None)


def reveal(keys: Sequence[bytes], sealed: bytes) -> str | None:
    """The reference that was sealed with any of `keys`; None if that key is gone."""
    for key in reversed(keys):
        try:
            padded = _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
        except InvalidTag:
            continue
        return padded.rstrip(b"\0").decode()
    return None


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(hmac.digest(key, b"checkin.references.seal", hashlib.sha256))
