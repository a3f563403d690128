"""Delete replies and the key that decrypts them."""

from datetime import date

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from kit import bulk
from kit.bulk import changed
from replies.models import DataKey, Reply, Round


def delete_all(session: Session, tenant_id: int) -> int:
    """Delete every reply of a tenant and destroy their data key; returns how many replies.

    The key goes first. Storing a reply locks the key (see `replies.vault`), so a concurrent reply
    either came before and is deleted here, or comes after and gets a new key. To erase a tenant,
    first detach their links in the same transaction (`links.ledger.forget_tenant`); then none comes
    after. Copies in old backups become unreadable when their master key is destroyed.
    """
    session.execute(delete(DataKey).where(DataKey.tenant_id == tenant_id))
    return changed(session, delete(Reply).where(Reply.tenant_id == tenant_id))


def forget_month(session: Session, tenant_id: int, month: str) -> bool:
    """Delete one month's reply of a tenant; True if there was one."""
    theirs = delete(Reply).where(Reply.tenant_id == tenant_id, Reply.month == month)
    return changed(session, theirs) > 0


def purge(session: Session, *, before: date) -> int:
    """Delete the replies given before a day, and keys and rounds that are no longer needed.

    Returns how many replies.
    """
    purged = changed(session, delete(Reply).where(Reply.replied_on < before))
    if purged:
        _drop_idle_keys(session)
    answered = exists().where(Reply.month == Round.month)
    session.execute(delete(Round).where(Round.closes_on < before, ~answered))
    return purged


def _drop_idle_keys(session: Session) -> None:
    """Destroy keys without a reply: lock them, then check again.

    A transaction that stores a reply holds the same lock, so its reply is seen by then.
    """
    is_idle = ~exists().where(Reply.tenant_id == DataKey.tenant_id)
    idle = session.scalars(select(DataKey.tenant_id).where(is_idle).with_for_update()).all()
    session.execute(delete(DataKey).where(bulk.any_of(session, DataKey.tenant_id, idle), is_idle))
