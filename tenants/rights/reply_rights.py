"""Tenants' rights over their replies. Each takes effect at once and records evidence.

Callers hold the lock on the tenant's row (`tenants.rights.rights.find`), so that these run one
after the other.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from kit.clock import london_day
from kit.errors import NotFound
from replies import erasure, intake, submissions
from replies.form import answers as wording
from replies.form import questions, sharing
from replies.form.answers import Fields
from replies.form.questions import Answers
from replies.submissions import SealedDecision, Shown
from replies.vault.sealing import Vault
from tenants.models import Tenant
from tenants.rights import evidence
from tenants.rights.evidence import BY_TENANT, RightsAction


def correct(
    session: Session,
    vault: Vault,
    tenant: Tenant,
    *,
    month: str,
    fields: Fields,
    now: datetime,
    source: str = BY_TENANT,
) -> None:
    """Replace the answers of a month's reply.

    Raises:
        NotFound: there is no reply of that month.
        BadInput: naming each question whose answer is missing or not offered.
    """
    reply = intake.find(session, tenant_id=tenant.id, month=month)
    answers = wording.validate(questions.form_of(reply.questions), fields)
    intake.correct(session, vault, reply, answers=answers)
    evidence.record(session, tenant, RightsAction.CORRECTED, source=source, now=now)


def may_be_shown(tenant: Tenant, answers: Answers) -> bool:
    """Whether a reply says something that the housing association could help with."""
    return not tenant.restricted and submissions.is_worth_showing(answers)


def show_to_association(
    session: Session,
    vault: Vault,
    tenant: Tenant,
    *,
    month: str,
    decision: Answers = sharing.NOTHING_SAID,
    now: datetime,
    source: str = BY_TENANT,
) -> None:
    """Show a month's reply, and later corrections of it, to the tenant's housing association.

    `decision` says how it is safe to contact the tenant, and what is left out. For a reply that is
    shown already it takes the place of the earlier decision, and the reply is submitted anew.

    Raises:
        NotFound: there is no reply of that month that may be shown.
        Unreadable, KeyUnavailable: it can no longer be opened.
    """
    reply = intake.find(session, tenant_id=tenant.id, month=month)
    if not may_be_shown(tenant, vault.open(session, reply)):
        raise NotFound(f"There is no reply of {month[:7]} that may be shown.")
    as_decided = Shown(tenant.housing_association, decision)
    if submissions.shown(session, vault, tenant.id).get(month) == as_decided:
        return
    submissions.revoke(session, tenant_id=tenant.id, month=month)
    submissions.permit(
        session,
        vault,
        SealedDecision(reply.id, tenant.id, month),
        housing_association=tenant.housing_association,
        decision=decision,
        on=london_day(now),
    )
    evidence.record(session, tenant, RightsAction.SHOWN, source=source, now=now)


def take_back(
    session: Session, tenant: Tenant, *, month: str, now: datetime, source: str = BY_TENANT
) -> bool:
    """Stop showing a month's reply to the housing association; True if it was shown."""
    was_shown = submissions.revoke(session, tenant_id=tenant.id, month=month)
    if was_shown:
        evidence.record(session, tenant, RightsAction.TAKEN_BACK, source=source, now=now)
    return was_shown


def delete_one(
    session: Session, tenant: Tenant, *, month: str, now: datetime, source: str = BY_TENANT
) -> None:
    """Delete a month's reply.

    Raises:
        NotFound: there is none.
    """
    if not erasure.forget_month(session, tenant.id, month):
        raise NotFound(f"There is no reply of {month[:7]}.")
    evidence.record(session, tenant, RightsAction.REPLY_DELETED, source=source, now=now)


def delete_all(session: Session, tenant: Tenant, *, now: datetime, source: str = BY_TENANT) -> int:
    """Delete every reply and destroy the tenant's key; returns how many replies there were."""
    deleted = erasure.delete_all(session, tenant.id)
    if deleted:
        evidence.record(session, tenant, RightsAction.REPLIES_DELETED, source=source, now=now)
    return deleted
