"""Break the glass: open one reply of one tenant, for a reason, with a second person.

For very limited circumstances (a fault, a complaint). The database allows only additions to the
log. The caller notifies the tenant in the same transaction (`tenants.rights.break_glass`).
"""

from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit import variables
from kit.errors import BadInput, NotFound, Problem
from kit.months import named
from replies import reading
from replies.models import Opening, Reply
from replies.vault.sealing import Vault

REASON_MIN, REASON_MAX = 10, 1000


def open_logged(
    session: Session,
    vault: Vault,
    *,
    tenant_id: int,
    month: str,
    reason: str,
    by: str,
    second: str,
    now: datetime,
) -> dict[str, Any]:
    """Return a reply as `replies.reading.shown` does, and log that it was opened.

    `by` opens it and `second` agreed: email addresses of two people.

    Raises:
        BadInput: the reason is too short or too long, or the two are not two people.
        NotFound: the tenant gave no reply that month; nothing is logged.
        Unreadable, KeyUnavailable: the reply cannot be decrypted; nothing is logged.
    """
    opened_by, agreed_by, reason = _checked(by, second, reason)
    theirs = select(Reply).where(Reply.tenant_id == tenant_id, Reply.month == month)
    reply = session.scalar(theirs)
    if reply is None:
        raise NotFound(f"This tenant has no reply of {named(month)}; nothing was opened.")
    shown = reading.shown(session, vault, reply)
    session.add(
        Opening(
            tenant_id=tenant_id,
            month=month,
            reason=reason,
            opened_by=opened_by,
            agreed_by=agreed_by,
            opened_at=now,
        )
    )
    session.flush()
    return shown


def of_tenant(session: Session, tenant_id: int) -> list[Opening]:
    """Return the openings of a tenant's replies, oldest first."""
    theirs = select(Opening).where(Opening.tenant_id == tenant_id)
    return list(session.scalars(theirs.order_by(Opening.id)))


def _checked(by: str, second: str, reason: str) -> tuple[str, str, str]:
    problems: list[Problem] = []
    people = [_mailbox("by", by, problems), _mailbox("second", second, problems)]
    if not problems and _person(people[0]) == _person(people[1]):
        problems.append(Problem("second", "is the same person; a second one has to agree"))
    reason = " ".join(reason.split())
    if not REASON_MIN <= len(reason) <= REASON_MAX:
        problems.append(
            Problem("reason", f"say why, in {REASON_MIN} to {REASON_MAX} characters; it is kept")
        )
    if problems:
        raise BadInput(problems)
    return people[0], people[1], reason


def _mailbox(where: str, text: str, problems: list[Problem]) -> str:
    """Return one bare address in lower case; add a problem if it is not one."""
    address = text.strip().lower()
    try:
        variables.mail_address(address)
        return Address(addr_spec=address).addr_spec
    except (ValueError, HeaderParseError):
        problems.append(Problem(where, "is not an email address; write name@example.org"))
        return ""


def _person(mailbox: str) -> str:
    """Return the person behind a mailbox: `a+b@example.org` is `a@example.org`."""
    address = Address(addr_spec=mailbox)
    return f"{address.username.partition('+')[0]}@{address.domain}"
