"""The vault: each reply is one padded ciphertext under a key of its tenant's own.

AES-256-GCM with a random 96-bit nonce for each reply (NIST SP 800-38D). The associated data binds a
ciphertext to its tenant, month and question set, so that none can be passed off as another. A
tenant's data key is made with their first reply, in the same transaction, and is kept wrapped by a
master key; erasing it erases every reply at once.
"""

import json
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Table, bindparam, select
from sqlalchemy.orm import Session

from kit import aws, bulk
from kit.direct import Direct
from kit.errors import Refused
from kit.log import get_logger
from kit.variables import KMS_SCHEME
from replies.form import questions
from replies.form.questions import Answers
from replies.models import DataKey, Reply
from replies.vault.kms import KmsKeys
from replies.vault.master_keys import KEY_BYTES, NONCE_BYTES, LocalRing, MasterKeys, Wrapped

BUCKET = 1024
PAD_MARK = b"\x80"

KEYS: Table = DataKey.metadata.tables[DataKey.__tablename__]
HELD = Direct(
    select(KEYS.c.master_key, KEYS.c.wrapped)
    .where(KEYS.c.tenant_id == bindparam("tenant_id"))
    .with_for_update(read=True, of=KEYS)
)

KeyRow = dict[str, Any]
"""A row of `data_keys`, by column."""

log = get_logger(__name__)


class Unreadable(Refused):
    """A reply that its tenant's key does not open: altered, moved to another row, or erased."""


class WrappedKey(Protocol):
    """What unwrapping needs of a `DataKey`: the row itself, or one read in bulk."""

    @property
    def tenant_id(self) -> int: ...
    @property
    def master_key(self) -> str: ...
    @property
    def wrapped(self) -> bytes: ...


class Place(Protocol):
    """What a reply's ciphertext is bound to."""

    @property
    def tenant_id(self) -> int: ...
    @property
    def month(self) -> str: ...
    @property
    def questions(self) -> str: ...


class SealedReply(Place, Protocol):
    """What opening needs of a `Reply`: the row itself, or one read in bulk."""

    @property
    def id(self) -> int: ...
    @property
    def sealed(self) -> bytes: ...


class Vault:
    """Seals and opens replies; `master_keys` wrap the tenants' data keys."""

    def __init__(self, master_keys: MasterKeys) -> None:
        self._master_keys = master_keys

    def seal(self, session: Session, reply: Reply, answers: Answers) -> None:
        """Put `answers` into `reply`, whose tenant, month and questions are set already."""
        reply.sealed = self.sealed(session.connection(), reply, answers)

    def sealed(self, connection: Connection, place: Place, answers: Answers) -> bytes:
        """The ciphertext of `answers`, under a key that the connection's transaction holds."""
        key = self._key_for_writing(connection, place.tenant_id)
        return _encrypted(key, place, answers)

    def sealed_by(
        self, wrapped: Wrapped | None, place: Place, answers: Answers
    ) -> tuple[KeyRow, bytes]:
        """The ciphertext of `answers` under a tenant's key, and the row of that key.

        Where they have none it is a new key. The ciphertext may be stored only together with this
        very row.
        """
        if wrapped is None:
            key, row = self._fresh_key(place.tenant_id)
        else:
            key = self._master_keys.unwrap(wrapped, _context(place.tenant_id))
            row = _row(place.tenant_id, wrapped)
        return row, _encrypted(key, place, answers)

    def open(self, session: Session, reply: Reply) -> Answers:
        """The answers of a reply.

        Raises:
            Unreadable: the reply or its key was altered, moved or erased.
            KeyUnavailable: the master key that wraps the tenant's key is gone.
        """
        row = session.get(DataKey, reply.tenant_id)
        if row is None:
            raise Unreadable(f"The key of reply {reply.id} was erased; nobody can read it.")
        answers: Answers = json.loads(self.unseal(row, reply))
        return answers

    def unseal(self, key: WrappedKey, reply: SealedReply) -> bytes:
        """The answers of a reply as JSON, opened with its tenant's key; raises what `open` does."""
        nonce, sealed = reply.sealed[:NONCE_BYTES], reply.sealed[NONCE_BYTES:]
        try:
            plaintext = AESGCM(self._unwrap(key)).decrypt(nonce, sealed, _bound_to(reply))
        except InvalidTag:
            raise Unreadable(
                f"Reply {reply.id} was altered or belongs to another tenant; restore it."
            ) from None
        return _unpad(plaintext)

    def _key_for_writing(self, connection: Connection, tenant_id: int) -> bytes:
        """A tenant's key, made if there is none; of two made at once, the first one holds.

        It is held until the transaction ends, so that nobody destroys it meanwhile.
        """
        kept = HELD.one(connection, {"tenant_id": tenant_id})
        if kept is not None:
            return self._master_keys.unwrap(Wrapped(*kept), _context(tenant_id))
        key, row = self._fresh_key(tenant_id)
        if bulk.add_if_new(connection, KEYS, row) is not None:
            return key
        return self._key_for_writing(connection, tenant_id)

    def _fresh_key(self, tenant_id: int) -> tuple[bytes, KeyRow]:
        key = secrets.token_bytes(KEY_BYTES)
        return key, _row(tenant_id, self._master_keys.wrap(key, _context(tenant_id)))

    def _unwrap(self, row: WrappedKey) -> bytes:
        wrapped = Wrapped(row.master_key, row.wrapped)
        return self._master_keys.unwrap(wrapped, _context(row.tenant_id))


def open_vault(keys: str) -> Vault:
    """The vault whose master keys `CHECKIN_VAULT_KEYS` names: a directory, or `aws-kms://KEY_ID`.

    Raises:
        KeyUnavailable: the directory holds no key yet.
    """
    master_keys = master_keys_of(keys)
    log.info("vault opened", master_key=master_keys.current)
    return Vault(master_keys)


def master_keys_of(keys: str) -> MasterKeys:
    """The master keys that `CHECKIN_VAULT_KEYS` names: a directory, or `aws-kms://KEY_ID`."""
    if keys.startswith(KMS_SCHEME):
        return KmsKeys(aws.kms(), keys.removeprefix(KMS_SCHEME))
    return LocalRing(Path(keys))


def check(keys: str) -> None:
    """Wrap and unwrap a key that nobody uses, as a reply would.

    Raises:
        KeyUnavailable: the master keys are missing, cannot be read, or KMS refuses.
    """
    master_keys, throwaway = master_keys_of(keys), secrets.token_bytes(KEY_BYTES)
    context = {"purpose": "check"}
    master_keys.unwrap(master_keys.wrap(throwaway, context), context)


def rewrapped(keys: MasterKeys, row: DataKey) -> Wrapped:
    """A tenant's data key under the current master key.

    Raises:
        KeyUnavailable: the master key that wraps it is gone.
    """
    context = _context(row.tenant_id)
    return keys.wrap(keys.unwrap(Wrapped(row.master_key, row.wrapped), context), context)


@lru_cache(maxsize=64)
def room(asked: str) -> int:
    """Bytes of plaintext that hold any answers to these questions: the same for every reply."""
    form = questions.form_of(asked)
    longest = {question.key: [option.key for option in question.options] for question in form}
    needed = len(json.dumps(longest).encode()) + len(PAD_MARK)
    return -(-needed // BUCKET) * BUCKET


def _row(tenant_id: int, wrapped: Wrapped) -> KeyRow:
    return {"tenant_id": tenant_id, "master_key": wrapped.master_key, "wrapped": wrapped.sealed}


def _encrypted(key: bytes, place: Place, answers: Answers) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    plaintext = _pad(json.dumps(answers).encode(), room(place.questions))
    return nonce + AESGCM(key).encrypt(nonce, plaintext, _bound_to(place))


def _pad(plaintext: bytes, size: int) -> bytes:
    """Pad as ISO/IEC 7816-4 does: one marking byte, then zeros."""
    return (plaintext + PAD_MARK).ljust(size, b"\0")


def _unpad(padded: bytes) -> bytes:
    return padded.rstrip(b"\0").removesuffix(PAD_MARK)


def _bound_to(place: Place) -> bytes:
    return json.dumps(["reply", place.tenant_id, place.month, place.questions]).encode()


def _context(tenant_id: int) -> dict[str, str]:
    return {"purpose": "replies", "tenant": str(tenant_id)}
