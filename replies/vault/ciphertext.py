"""Encrypt and decrypt replies, and build their associated data. Pure.

AES-256-GCM with a random 96-bit nonce for each reply (NIST SP 800-38D), stored before the
ciphertext. All replies to one question set have the same length.
"""

import json
import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from replies.form import questions
from replies.form.questions import Answers
from replies.vault.master_keys import NONCE_BYTES, Context

BUCKET = 1024
PAD_MARK = b"\x80"

BoundTo = Callable[[int], bytes]
"""Returns the associated data of a reply for a tenant's id."""


class SealedFor(Protocol):
    """What a reply's ciphertext is bound to; `questions` are the pinned names as one text."""

    @property
    def tenant_id(self) -> int: ...
    @property
    def month(self) -> str: ...
    @property
    def questions(self) -> str: ...


def encrypt(key: bytes, place: SealedFor, answers: Answers) -> bytes:
    """Encrypt the padded answers under a tenant's key, bound to their place."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    plaintext = _pad(json.dumps(answers).encode(), room(place.questions))
    bound = bound_to(place.month, place.questions)(place.tenant_id)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, bound)


def decrypt(key: bytes, ciphertext: bytes, bound: bytes) -> bytes:
    """Return the answers as JSON.

    Raises:
        InvalidTag: the ciphertext was altered, or belongs to another key or place.
    """
    nonce, sealed = ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:]
    return _unpad(AESGCM(key).decrypt(nonce, sealed, bound))


@lru_cache(maxsize=64)
def bound_to(month: str, asked: str) -> BoundTo:
    """Return a function that makes the associated data, `["reply", TENANT, month, asked]`."""
    rest = json.dumps([month, asked])[1:]
    return lambda tenant_id: f'["reply", {tenant_id}, {rest}'.encode()


def key_context(tenant_id: int) -> Context:
    """Return the context that a tenant's wrapped data key is bound to."""
    return {"purpose": "replies", "tenant": str(tenant_id)}


@lru_cache(maxsize=64)
def room(asked: str) -> int:
    """Return the plaintext size, in bytes, that fits any answers to these questions."""
    form = questions.form_of(asked)
    longest = {question.key: [option.key for option in question.options] for question in form}
    needed = len(json.dumps(longest).encode()) + len(PAD_MARK)
    return -(-needed // BUCKET) * BUCKET


def _pad(plaintext: bytes, size: int) -> bytes:
    """Pad as ISO/IEC 7816-4 does: one marking byte, then zeros."""
    return (plaintext + PAD_MARK).ljust(size, b"\0")


def _unpad(padded: bytes) -> bytes:
    return padded[: padded.rindex(PAD_MARK)]
