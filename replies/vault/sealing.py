"""The vault: each reply is one padded ciphertext under its tenant's own key.

A tenant's data key is created with their first reply, in the same transaction, and stored wrapped
by a master key; deleting it makes every reply unreadable at once. The associated data binds a
ciphertext to its tenant, month and question set, so that none can pass for another.
"""

import json
import secrets
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from kit import aws, bulk
from kit.errors import Refused
from kit.log import get_logger
from kit.variables import KMS_SCHEME
from replies.form.questions import Answers
from replies.models import DataKey
from replies.vault import ciphertext
from replies.vault.ciphertext import SealedFor, key_context
from replies.vault.kms import KmsKeys
from replies.vault.master_keys import KEY_BYTES, LocalRing, MasterKeys, Wrapped

KEYS: Table = DataKey.metadata.tables[DataKey.__tablename__]
HELD = (
    select(KEYS.c.master_key, KEYS.c.wrapped)
    .where(KEYS.c.tenant_id == bindparam("tenant_id"))
    .with_for_update(read=True, of=KEYS)
)

log = get_logger(__name__)


class Unreadable(Refused):
    """A reply cannot be decrypted: it was altered or moved to another row, or its key erased."""


class WrappedKey(Protocol):
    """The columns of a `DataKey` that unwrapping needs."""

    @property
    def tenant_id(self) -> int: ...
    @property
    def master_key(self) -> str: ...
    @property
    def wrapped(self) -> bytes: ...


class Ciphertext(Protocol):
    """The columns of what is decrypted."""

    @property
    def id(self) -> int: ...
    @property
    def sealed(self) -> bytes: ...


class SealedReply(SealedFor, Ciphertext, Protocol):
    """The columns that decryption needs, of a `Reply` or of what is sealed beside one."""


class Vault:
    """Encrypts and decrypts replies; `master_keys` wrap the tenants' data keys."""

    def __init__(self, master_keys: MasterKeys) -> None:
        self._master_keys = master_keys

    def seal(self, session: Session, place: SealedFor, answers: Answers) -> bytes:
        """Return the ciphertext of `answers`, under a key locked by the session's transaction."""
        key = self._key_for_writing(session, place.tenant_id)
        return ciphertext.encrypt(key, place, answers)

    def open(self, session: Session, reply: SealedReply) -> Answers:
        """Return the answers of a reply.

        Raises:
            Unreadable: the reply or its key was altered, moved or erased.
            KeyUnavailable: the master key that wraps the tenant's key is missing.
        """
        row = session.get(DataKey, reply.tenant_id)
        if row is None:
            raise Unreadable(f"The key of reply {reply.id} was erased; nobody can read it.")
        bound = ciphertext.bound_to(reply.month, reply.questions)(reply.tenant_id)
        answers: Answers = json.loads(self.unseal(row, reply, bound))
        return answers

    def unseal(self, key: WrappedKey, reply: Ciphertext, bound: bytes) -> bytes:
        """Return a reply's answers as JSON, given its tenant's key; raises what `open` does."""
        wrapped = Wrapped(key.master_key, key.wrapped)
        try:
            data_key = self._master_keys.unwrap(wrapped, key_context(key.tenant_id))
            return ciphertext.decrypt(data_key, reply.sealed, bound)
        except InvalidTag:
            raise Unreadable(
                f"Reply {reply.id} was altered or belongs to another tenant; restore it."
            ) from None

    def _key_for_writing(self, session: Session, tenant_id: int) -> bytes:
        """Return a tenant's key, created if missing; of two created at once the first one stays.

        It is locked until the transaction ends, so that nobody destroys it meanwhile.
        """
        held = session.execute(HELD, {"tenant_id": tenant_id}).one_or_none()
        if held is not None:
            return self._master_keys.unwrap(Wrapped(*held), key_context(tenant_id))
        key = secrets.token_bytes(KEY_BYTES)
        wrapped = self._master_keys.wrap(key, key_context(tenant_id))
        row = {
            "tenant_id": tenant_id,
            "master_key": wrapped.master_key,
            "wrapped": wrapped.sealed,
        }
        if bulk.add_if_new(session, KEYS, row) is not None:
            return key
        return self._key_for_writing(session, tenant_id)


def open_vault(keys: str) -> Vault:
    """The vault whose master keys `CHECKIN_VAULT_KEYS` names: a directory, or `aws-kms://KEY`.

    Raises:
        KeyUnavailable: the directory holds no key yet.
    """
    master_keys = master_keys_of(keys)
    log.info("vault opened", master_key=master_keys.current)
    return Vault(master_keys)


def master_keys_of(keys: str) -> MasterKeys:
    """The master keys that `CHECKIN_VAULT_KEYS` names: a directory, or `aws-kms://KEY`."""
    if keys.startswith(KMS_SCHEME):
        return KmsKeys(aws.kms(), keys.removeprefix(KMS_SCHEME))
    return LocalRing(Path(keys))


def check_keys(keys: str) -> None:
    """Wrap and unwrap a throw-away key, as storing and reading a reply does.

    Raises:
        KeyUnavailable: the master keys are missing, cannot be read, or KMS refuses.
    """
    master_keys, throwaway = master_keys_of(keys), secrets.token_bytes(KEY_BYTES)
    context = {"purpose": "check"}
    master_keys.unwrap(master_keys.wrap(throwaway, context), context)


def rewrapped(keys: MasterKeys, row: DataKey) -> Wrapped:
    """Return a tenant's data key wrapped by the current master key.

    Raises:
        KeyUnavailable: the master key that wraps it is missing.
    """
    context = key_context(row.tenant_id)
    return keys.wrap(keys.unwrap(Wrapped(row.master_key, row.wrapped), context), context)
