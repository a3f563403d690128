"""Decrypt many replies for counting, reading each master key once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag

from kit.variables import KMS_SCHEME
from replies.vault import ciphertext
from replies.vault.ciphertext import BoundTo
from replies.vault.master_keys import CANONICAL, NONCE_BYTES, LocalRing
from replies.vault.sealing import Vault, open_vault

Open = Callable[["Sealed"], bytes]
"""Decrypts one reply to JSON, the same bytes for the same answers."""


class Sealed(NamedTuple):
    """One of a month's replies, with its tenant's wrapped key and housing association.

    A query's row with these columns in this order can be used instead, at no cost.
    """

    id: int
    tenant_id: int
    sealed: bytes
    master_key: str
    wrapped: bytes
    housing_association: str


class ReadOnce(LocalRing):
    """A local ring that caches each master key; keep it only for a short time."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.cipher = cache(super().cipher)  # type: ignore[method-assign]


def opener(keys: str, month: str, questions: str) -> Open:
    """Return a function that decrypts a month's replies to one question set.

    `keys` is as for `open_vault`. The function raises what `Vault.open` raises.
    """
    bound = ciphertext.bound_to(month, questions)
    if keys.startswith(KMS_SCHEME):
        return _by_vault(open_vault(keys), bound)
    return _by_ring(ReadOnce(Path(keys)), bound)


def key_bound_to() -> BoundTo:
    """Return a function that makes what a tenant's wrapped key is bound to, as `LocalRing` does.

    The context is put into canonical JSON once; each tenant's number is put in its place.
    """
    before, after = CANONICAL(ciphertext.key_context(0)).encode().split(b"0")
    return lambda tenant_id: b"%b%d%b" % (before, tenant_id, after)


def _by_vault(vault: Vault, bound: BoundTo) -> Open:
    return lambda reply: vault.unseal(reply, reply, bound(reply.tenant_id))


def _by_ring(ring: ReadOnce, bound: BoundTo) -> Open:
    """Decrypt as a vault on this ring does, without building anything for each reply.

    What cannot be decrypted is handed to the vault, which says why.
    """
    cipher, explain, key_bound = ring.cipher, _by_vault(Vault(ring), bound), key_bound_to()

    def open_reply(reply: Sealed) -> bytes:
        _, tenant_id, sealed, master_key, wrapped, _ = reply
        nonce, data_key = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            key = cipher(master_key).decrypt(nonce, data_key, key_bound(tenant_id))
            return ciphertext.decrypt(key, sealed, bound(tenant_id))
        except InvalidTag:
            return explain(reply)

    return open_reply
