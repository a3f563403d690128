"""How many tenants of each housing association a month was handed over for. It never leaves."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from links.models import Link
from replies.form import rounds
from tenants.models import Tenant


def fix(session: Session, month: str) -> None:
    """Write down the numbers of a month whose list is complete; the first ones stay.

    Nobody who stops or is erased afterwards changes what the month's figures are based on.
    """
    opened = rounds.find(session, month)
    if opened.mailed is None:
        opened.mailed = linked(session, month)


def linked(session: Session, month: str) -> dict[str, int]:
    """The tenants of each housing association who have a monthly link of a month just now."""
    counted = (
        select(Tenant.housing_association, func.count())
        .join(Link, Link.tenant_id == Tenant.id)
        .where(Link.month == month, Link.monthly)
        .group_by(Tenant.housing_association)
    )
    return dict(session.execute(counted).all())
