"""Open very many replies in one go, for nothing but counting: each master key is read once."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from kit.variables import KMS_SCHEME
from replies.vault.master_keys import LocalRing
from replies.vault.sealing import Vault, open_vault

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
    """A local ring that reads each master key once. Short-lived, as a copy of a key is."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.cipher = cache(super().cipher)  # type: ignore[method-assign]


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
    is_remote = keys.startswith(KMS_SCHEME)
    vault = open_vault(keys) if is_remote else Vault(ReadOnce(Path(keys)))
    return partial(_unseal, vault, month, questions)


def _unseal(vault: Vault, month: str, questions: str, reply: Sealed) -> bytes:
    return vault.unseal(reply, _Whole(reply.id, reply.tenant_id, month, questions, reply.sealed))
