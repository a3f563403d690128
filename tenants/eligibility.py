"""Who may be mailed, as conditions the database can check.

Consent belongs to a tenancy, a stop to an address: a tenancy that agreed and is not held back is
eligible; a tenancy that is held back closes its address for everybody who shares it, because the
person who stopped would read the mail all the same.
"""

from datetime import date

from sqlalchemy import ColumnElement, Exists, SQLColumnExpression, and_, exists, not_, or_
from sqlalchemy.orm import aliased

from tenants.models import Tenant


def held_back(today: date, tenant: type[Tenant] = Tenant) -> ColumnElement[bool]:
    """Stopped, restricted, or paused until a day after today."""
    return or_(tenant.stopped, tenant.restricted, _paused(today, tenant))


def eligible(today: date, tenant: type[Tenant] = Tenant) -> ColumnElement[bool]:
    """Agreed to the monthly email, and not held back."""
    return and_(tenant.monthly_email, not_(held_back(today, tenant)))


def is_eligible_address(address: SQLColumnExpression[str], today: date) -> Exists:
    """Some tenancy with this address is eligible."""
    tenant = aliased(Tenant)
    return exists().where(tenant.email == address, eligible(today, tenant))


def is_mailable_address(address: SQLColumnExpression[str], today: date) -> ColumnElement[bool]:
    """Some tenancy with this address is eligible, and none of them is held back."""
    tenant = aliased(Tenant)
    closed = exists().where(tenant.email == address, held_back(today, tenant))
    return and_(is_eligible_address(address, today), not_(closed))


def _paused(today: date, tenant: type[Tenant]) -> ColumnElement[bool]:
    return and_(tenant.paused_until.is_not(None), tenant.paused_until > today)
