"""Who may be mailed, as SQL conditions.

Consent belongs to a tenancy, a stop to an address. A tenancy is eligible if it consented and is not
held back. A tenancy that is held back blocks its address for everybody who shares it, because the
person who stopped would still receive the mail.
"""

from datetime import date

from sqlalchemy import ColumnElement, Exists, SQLColumnExpression, and_, exists, not_, or_
from sqlalchemy.orm import aliased

from tenants.models import Tenant


def held_back(today: date, tenant: type[Tenant] = Tenant) -> ColumnElement[bool]:
    """The tenancy is stopped, restricted, or paused until after today."""
    return or_(tenant.stopped, tenant.restricted, _paused(today, tenant))


def eligible(today: date, tenant: type[Tenant] = Tenant) -> ColumnElement[bool]:
    """The tenancy consented to the monthly email and is not held back."""
    return and_(tenant.monthly_email, not_(held_back(today, tenant)))


def is_eligible_address(address: SQLColumnExpression[str], today: date) -> Exists:
    """Some tenancy with this address is eligible."""
    tenant = aliased(Tenant)
    return exists().where(tenant.email == address, eligible(today, tenant))


def is_mailable_address(address: SQLColumnExpression[str], today: date) -> ColumnElement[bool]:
    """Some tenancy with this address is eligible, and none is held back."""
    tenant = aliased(Tenant)
    closed = exists().where(tenant.email == address, held_back(today, tenant))
    return and_(is_eligible_address(address, today), not_(closed))


def _paused(today: date, tenant: type[Tenant]) -> ColumnElement[bool]:
    return and_(tenant.paused_until.is_not(None), tenant.paused_until > today)
