"""Decrypt many replies for counting, reading each master key once."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from kit.variables import KMS_SCHEME
from replies.vault.master_keys import LocalRing
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


class _Whole(NamedTuple):
    """A reply with its associated data, as the vault needs it."""

    id: int
    tenant_id: int
    month: str
    questions: str
    sealed: bytes


def opener(keys: str, month: str, questions: str) -> Open:
    """Return a function that decrypts a month's replies to one question set.

    `keys` is as for `open_vault`. The function raises what `Vault.open` raises.
    """
    is_remote = keys.startswith(KMS_SCHEME)
    vault = open_vault(keys) if is_remote else Vault(ReadOnce(Path(keys)))
    return partial(_unseal, vault, month, questions)


def _unseal(vault: Vault, month: str, questions: str, reply: Sealed) -> bytes:
    return vault.unseal(reply, _Whole(reply.id, reply.tenant_id, month, questions, reply.sealed))
