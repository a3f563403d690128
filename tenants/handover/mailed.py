"""How many tenants of each housing association were mailed. Never leaves the platform side."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from links.models import Link
from replies.form import rounds
from tenants.models import Tenant


def fix(session: Session, month: str) -> None:
    """Store a month's numbers once its list is complete; they never change afterwards.

    So the base of the month's figures stays when somebody stops or is erased later.
    """
    opened = rounds.find(session, month)
    if opened.mailed is None:
        opened.mailed = linked(session, month)


def linked(session: Session, month: str) -> dict[str, int]:
    """Count the tenants of each housing association who now have a monthly link of a month."""
    counted = (
        select(Tenant.housing_association, func.count())
        .join(Link, Link.tenant_id == Tenant.id)
        .where(Link.month == month, Link.monthly)
        .group_by(Tenant.housing_association)
    )
    return dict(session.execute(counted).all())
