"""Decrypt many replies for counting, reading each master key once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kit.variables import KMS_SCHEME
from replies.vault import ciphertext
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


def opener(keys: str, month: str, questions: str) -> Open:
    """Return a function that decrypts a month's replies to one question set.

    `keys` is as for `open_vault`. The function raises what `Vault.open` raises.
    """
    is_remote = keys.startswith(KMS_SCHEME)
    vault = open_vault(keys) if is_remote else Vault(ReadOnce(Path(keys)))
    bound = ciphertext.bound_to(month, questions)
    return lambda reply: vault.unseal(reply, reply, bound(reply.tenant_id))
