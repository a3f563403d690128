"""Put a reply right (UK GDPR, article 16). The day it was given stays; no past release changes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.errors import NotFound
from replies import submissions
from replies.form.questions import Answers
from replies.models import Reply
from replies.vault.sealing import Vault


def find(session: Session, *, tenant_id: int, month: str) -> Reply:
    """A tenant's reply of a month, locked until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    theirs = select(Reply).where(Reply.tenant_id == tenant_id, Reply.month == month)
    reply = session.scalar(theirs.with_for_update())
    if reply is None:
        raise NotFound(f"There is no reply of {month[:7]}.")
    return reply


def correct(session: Session, vault: Vault, reply: Reply, *, answers: Answers) -> None:
    """Seal validated `answers` in place of what the reply said.

    Lock the tenant's row first (`tenants.rights`), so that nobody erases the key meanwhile. A reply
    that tells of nothing any more is taken back from the association it was shown to.
    """
    vault.seal(session, reply, answers)
    if not submissions.is_worth_showing(answers):
        submissions.withdraw(session, tenant_id=reply.tenant_id, month=reply.month)
    session.flush()
