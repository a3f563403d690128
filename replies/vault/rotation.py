"""Rotate the vault: rewrap every data key under the newest master key, then destroy the old one.

Erasing a tenant destroys their data key, but an old backup still holds it, wrapped. It becomes
unreadable when the master key of that time is destroyed: one rotation and one window later.

Rewrapping goes batch by batch, each a transaction of its own, and may be interrupted anywhere: it
goes on with whatever is not under the newest key. Replies arrive meanwhile; a data key itself never
changes, only its wrapping does, so either wrapping opens it until the old master key is gone. An
erased tenant's key is never put back, because a batch only updates rows that are still there.

Keys in AWS KMS are not created or destroyed here: their administrator points the alias to a new
one, and the data keys that the old one wrapped are rewrapped.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from kit import private_files
from kit.bulk import changed
from kit.database import Database
from kit.log import get_logger
from replies.models import DataKey
from replies.vault import master_keys
from replies.vault.master_keys import LocalRing, MasterKeys
from replies.vault.sealing import rewrapped

BATCH = 500
LOCK = ".rotation"

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: whether it was begun by it, how many data keys it rewrapped, and the
    ids of the master keys that it destroyed."""

    begun: bool
    rewrapped: int
    destroyed: list[str]


def rotate_master_key(
    database: Database, keys: MasterKeys, *, window: timedelta, now: datetime, begin: bool = True
) -> Rotated:
    """Continue an interrupted rotation, or start one if `begin`; then destroy what is due. A second
    caller waits for the first. Raises what `rewrap_all` raises.
    """
    with _alone(keys):
        with database.reading() as session:
            is_new = begin and is_complete(session, keys)
        if is_new and isinstance(keys, LocalRing):
            master_keys.add_epoch(keys.directory)
        number = rewrap_all(database, keys)
        destroyed = (
            destroy_due(database, keys.directory, window=window, now=now)
            if isinstance(keys, LocalRing)
            else []
        )
    return Rotated(is_new, number, destroyed)


def rotate_if_due(
    database: Database, keys: MasterKeys, *, every: timedelta, window: timedelta, now: datetime
) -> None:
    """Rotate a master key that is older than `every`, go on with an interrupted rotation, destroy
    what is due. Where nothing is due, nothing is written."""
    is_old = now - keys.made_at >= every
    if is_old or _is_unfinished(database, keys, before=now - window):
        done = rotate_master_key(database, keys, window=window, now=now, begin=is_old)
        log.info("vault rotated", begun=done.begun, rewrapped=done.rewrapped)


def _is_unfinished(database: Database, keys: MasterKeys, *, before: datetime) -> bool:
    with database.reading() as session:
        if not is_complete(session, keys):
            return True
    return isinstance(keys, LocalRing) and bool(
        master_keys.replaced_before(keys.directory, before)
        or master_keys.is_interrupted(keys.directory)
    )


def _alone(keys: MasterKeys) -> AbstractContextManager[None]:
    if isinstance(keys, LocalRing):
        return private_files.hold_lock(keys.directory / LOCK)
    return nullcontext()


def rewrap_all(database: Database, keys: MasterKeys, *, batch: int = BATCH) -> int:
    """Rewrap every data key with the current master key; returns how many.

    Raises:
        KeyUnavailable: a data key's master key is missing; earlier batches stay rewrapped.
    """
    total = after = 0
    current = keys.current
    while True:
        with database.writing() as session:
            last, done = rewrap_batch(session, keys, current=current, after=after, limit=batch)
        total += done
        if last is None:
            return total
        after = last


def rewrap_batch(
    session: Session, keys: MasterKeys, *, current: str, after: int, limit: int
) -> tuple[int | None, int]:
    """Rewrap the next data keys by tenant number; returns the last one seen, and how many.

    None when there is none left.
    """
    rows: Sequence[DataKey] = session.scalars(_outdated(current, after).limit(limit)).all()
    done = sum(put_back(session, keys, row) for row in rows)
    return (rows[-1].tenant_id if rows else None), done


def is_complete(session: Session, keys: MasterKeys) -> bool:
    """Whether every data key is under the current master key."""
    return session.scalar(_outdated(keys.current, 0).limit(1)) is None


def destroy_due(
    database: Database, directory: Path, *, window: timedelta, now: datetime
) -> list[str]:
    """Destroy master keys that were replaced more than `window` ago and wrap no data key.

    `window` is how long backups are kept: the replies in an older one can no longer be read.
    Returns the ids of those destroyed.
    """
    master_keys.finish(directory)
    due = master_keys.replaced_before(directory, now - window)
    with database.reading() as session:
        unused = [epoch for epoch in due if not _wraps_something(session, epoch)]
    for epoch in unused:
        master_keys.destroy(directory, epoch)
        log.info("master key destroyed", master_key=epoch)
    if blocked := sorted(set(due) - set(unused)):
        log.warning("old master keys are still in use; rotate again", master_keys=blocked)
    return unused


def _outdated(current: str, after: int) -> Select[DataKey]:
    """Return the data keys under other master keys, by tenant number."""
    return (
        select(DataKey)
        .where(DataKey.tenant_id > after, DataKey.master_key != current)
        .order_by(DataKey.tenant_id)
    )


def put_back(session: Session, keys: MasterKeys, row: DataKey) -> int:
    """Replace a row's wrapping, unless it was rewrapped or erased since it was read.

    Returns 1 if it was replaced, else 0.
    """
    wrapped = rewrapped(keys, row)
    unchanged = (DataKey.tenant_id == row.tenant_id, DataKey.wrapped == row.wrapped)
    fresh = {"master_key": wrapped.master_key, "wrapped": wrapped.sealed}
    return changed(session, update(DataKey).where(*unchanged).values(fresh))


def _wraps_something(session: Session, epoch: str) -> bool:
    found = select(DataKey.tenant_id).where(DataKey.master_key == epoch).limit(1)
    return session.scalar(found) is not None
