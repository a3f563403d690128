"""Open very many replies in one go, for nothing but counting.

The master keys are read once, and what is the same for every reply of a month is prepared once.
What cannot be opened in this way goes to the vault itself, which says what is wrong.
"""

import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kit.variables import KMS_SCHEME
from replies.vault.master_keys import NONCE_BYTES, LocalRing
from replies.vault.sealing import PAD_MARK, Vault, open_vault

Open = Callable[["Sealed"], bytes]
"""Opens one reply: its answers as JSON, the same bytes for the same answers."""


class Sealed(NamedTuple):
    """One of a month's replies, with its tenant's wrapped key and housing association.

    A row of a query with these columns in this order does as well, and costs nothing to make.
    """

    id: int
    tenant_id: int
    sealed: bytes
    master_key: str
    wrapped: bytes
    housing_association: str


class ReadOnce(LocalRing):
    """A local ring that keeps each master key it has read. Short-lived, as a copy of a key is."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._read: dict[str, bytes] = {}

    def cipher(self, epoch: str) -> AESGCM:
        """The cipher of a master key; KeyUnavailable if it is gone."""
        return AESGCM(self._key(epoch))

    def _key(self, epoch: str) -> bytes:
        key = self._read.get(epoch)
        if key is None:
            key = self._read[epoch] = super()._key(epoch)
        return key


class _Whole(NamedTuple):
    """A reply with all that it is bound to, as the vault wants it."""

    id: int
    tenant_id: int
    month: str
    questions: str
    sealed: bytes


def opener(keys: str, month: str, questions: str) -> Open:
    """What opens the replies of a month to one question set; `keys` as for `open_vault`.

    It raises what `Vault.open` raises.
    """
    if keys.startswith(KMS_SCHEME):
        return partial(_unseal, open_vault(keys), month, questions)
    return _Opener(ReadOnce(Path(keys)), month, questions)


def _unseal(vault: Vault, month: str, questions: str, reply: Sealed) -> bytes:
    return vault.unseal(reply, _Whole(reply.id, reply.tenant_id, month, questions, reply.sealed))


class _Opener:
    """`Vault.unseal` for a local ring, with less to do for each reply."""

    def __init__(self, ring: ReadOnce, month: str, questions: str) -> None:
        self._cipher = cache(ring.cipher)
        self._bound = f", {json.dumps([month, questions])[1:]}".encode()
        self._slowly = partial(_unseal, Vault(ring), month, questions)

    def __call__(self, reply: Sealed) -> bytes:
        _, tenant_id, sealed, epoch, wrapped, _ = reply
        context = b'{"purpose":"replies","tenant":"%d"}' % tenant_id
        bound = b'["reply", %d%s' % (tenant_id, self._bound)
        try:
            key = self._cipher(epoch).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context)
            plaintext = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
        except InvalidTag:
            return self._slowly(reply)
        return plaintext[: plaintext.rindex(PAD_MARK)]
