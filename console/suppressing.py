"""Changes to the suppression list by staff, each with its audit row.

The audit masks the address, because the audit is never purged.
"""

from dataclasses import dataclass
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns import audit, staff, suppression
from campaigns.models import Role, Suppression, SuppressionKind
from kit.errors import BadInput, Problem, Refused

PAGE_SIZE = 50
MAY_LIFT_BOUNCES = (Role.APPROVER, Role.ADMIN)
REASONS = {
    "works-again": "the tenant or the platform says that the address works again",
    "was-full": "the mailbox was full, or its server did not work for a while",
    "mistake": "the bounce was a mistake of the receiving server",
}
"""Why a bounced address may be mailed again; the first is the usual one."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list, newest first; `last` is the number of the last page."""

    rows: list[Suppression]
    page: int
    last: int


def counts(session: Session) -> dict[str, int]:
    """Return the number of addresses of each kind."""
    query = select(Suppression.kind, func.count()).group_by(Suppression.kind)
    found = {row[0]: row[1] for row in session.execute(query)}
    return {kind: found.get(kind, 0) for kind in SuppressionKind}


def listed(session: Session, *, kind: SuppressionKind, page: int) -> Listed:
    """Return page number `page`, from 1, of the addresses of one kind."""
    chosen = Suppression.kind == kind
    total = session.scalar(select(func.count()).select_from(Suppression).where(chosen)) or 0
    last = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), last)
    rows = session.scalars(
        select(Suppression)
        .where(chosen)
        .order_by(Suppression.added_at.desc(), Suppression.address)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Listed(rows=list(rows), page=page, last=last)


def add(session: Session, *, address: str, by: str, now: datetime) -> str:
    """Add an address by hand; returns it as stored.

    Raises:
        BadInput: it is not an address.
        Refused: it was added by hand already.
    """
    kept = as_kept(address)
    kind = SuppressionKind.MANUAL
    if not suppression.suppress(session, address=kept, kind=kind, now=now, by=by):
        raise Refused(f"{kept} was added by hand before; nothing was changed.")
    audit.record(session, who=by, action="suppression added", now=now, address=masked(kept))
    return kept


def lift(session: Session, *, address: str, by: str, now: datetime, reason: str = "") -> str:
    """Lift what was added by hand, or else a bounce; returns the address as stored.

    A bounce is a fact about a mailbox, which may work again; `reason`, a key of `REASONS`, says
    why it is believed to, and is audited. A complaint and the platform's mark are the tenant's
    word: nobody here can lift them.

    Raises:
        BadInput: it is not an address, or no reason of the list.
        NotFound: `by` is not on the staff.
        Refused: there is nothing that `by` may lift.
    """
    kept = as_kept(address)
    if suppression.lift(session, address=kept, kind=SuppressionKind.MANUAL):
        action = "suppression lifted"
        audit.record(session, who=by, action=action, now=now, address=masked(kept))
        return kept
    if {row.kind for row in suppression.reasons(session, kept)} != {SuppressionKind.BOUNCE}:
        raise Refused(
            f"{kept} was not added by hand. Complaints and the platform's own marks stay, and "
            "whatever stands beside them: they are the tenant's word or the law's."
        )
    staff.require(session, by, *MAY_LIFT_BOUNCES)
    because = REASONS.get(reason or next(iter(REASONS)))
    if because is None:
        raise BadInput([Problem("reason", "Choose one of the reasons in the list.")])
    suppression.lift(session, address=kept, kind=SuppressionKind.BOUNCE)
    action = "bounce lifted"
    audit.record(session, who=by, action=action, now=now, address=masked(kept), because=because)
    return kept


def as_kept(address: str) -> str:
    """Return an address as it is stored: lower case, the domain in Punycode."""
    try:
        found = validate_email(
            address.strip(), check_deliverability=False, allow_smtputf8=False, test_environment=True
        )
    except EmailNotValidError:
        raise BadInput(
            [Problem("address", "Enter one whole email address, such as name@example.org.")]
        ) from None
    return f"{found.local_part}@{found.ascii_domain}".lower()


def masked(address: str) -> str:
    """Return `t…@example.org`: enough to recognise an address, too little to write to it."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}…@{domain}"
