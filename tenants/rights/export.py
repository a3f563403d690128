"""Everything held about one tenant, for the tenant (UK GDPR, articles 15 and 20)."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.spreadsheets import harmless
from links import ledger
from links.models import Link
from replies import openings, reading
from replies.models import Opening
from replies.vault.sealing import Vault
from tenants.models import Consent, ReplyRead, RightsEntry, Tenant
from tenants.rights import account_page, evidence, senders_copy

Held = dict[str, Any]


def export(session: Session, tenant: Tenant, *, vault: Vault, sender_keeps: timedelta) -> Held:
    """Return `{"tenant": {…}, "consents": […], "links": […], "replies": […], …}`.

    `openings` are the times that somebody else opened a reply; `readings` those that the platform's
    account page showed them; `requests` is what the tenant asked for; `held_by_sender` is what lies
    on the other side (`tenants.rights.senders_copy`). All values are JSON. Times
    are ISO 8601 in UTC, days are London's. Links have their month and days but no id, so that
    showing the export gives no link away. The same data gives the same export.

    Raises:
        Unreadable, KeyUnavailable: a reply can no longer be decrypted.
    """
    held = without_replies(session, tenant, sender_keeps=sender_keeps)
    return held | {"replies": reading.held_about(session, vault, tenant.id)}


def without_replies(session: Session, tenant: Tenant, *, sender_keeps: timedelta) -> Held:
    """Return what is held about a tenant, except replies."""
    consents = select(Consent).where(Consent.tenant_id == tenant.id).order_by(Consent.id)
    return {
        "tenant": facts(tenant),
        "consents": [_consent(consent) for consent in session.scalars(consents)],
        "links": [_link(link) for link in ledger.of_tenant(session, tenant.id)],
        "openings": [_opening(row) for row in openings.of_tenant(session, tenant.id)],
        "readings": [_reading(row) for row in account_page.readings(session, tenant.id)],
        "held_by_sender": senders_copy.held(session, tenant, keeps=sender_keeps),
        "requests": [_request(entry) for entry in evidence.of_tenant(session, tenant.id)],
    }


def as_json(held: Held) -> str:
    """Return an export as JSON text."""
    return json.dumps(held, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def as_csv(held: Held) -> str:
    """Return an export as CSV, one fact a row: `part,number,name,value` (RFC 4180, UTF-8)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("part", "number", "name", "value"))
    for part, items in held.items():
        listed = [items] if isinstance(items, dict) else items or []
        for number, item in enumerate(listed, start=1):
            for name, value in _flat(item):
                writer.writerow((part, number, name, harmless(value)))
    return text.getvalue()


def _flat(item: Held) -> Iterator[tuple[str, str]]:
    """Yield the facts of one item; a reply's answers as words, question by question."""
    for name, value in item.items():
        if name == "in_words":
            yield from ((said["question"], "; ".join(said["answers"])) for said in value)
        elif name != "answers":
            yield name, _written(value)


def _written(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def facts(tenant: Tenant) -> Held:
    """Return a tenant's row as JSON values."""
    return {
        "tenant_ref": tenant.tenant_ref,
        "email": tenant.email,
        "housing_association": tenant.housing_association,
        "language": tenant.language,
        "monthly_email": tenant.monthly_email,
        "profiling": tenant.profiling,
        "objected": tenant.objected,
        "stopped": tenant.stopped,
        "paused_until": tenant.paused_until and tenant.paused_until.isoformat(),
        "restricted": tenant.restricted,
        "changed_at": _moment(tenant.changed_at),
    }


def _consent(consent: Consent) -> Held:
    return {
        "kind": consent.kind,
        "given": consent.given,
        "source": consent.source,
        "recorded_at": _moment(consent.recorded_at),
    }


def _link(link: Link) -> Held:
    return {
        "month": link.month,
        "issued_on": link.issued_on.isoformat(),
        "expires_on": link.expires_on.isoformat(),
        "spent_on": link.spent_on and link.spent_on.isoformat(),
    }


def _opening(opening: Opening) -> Held:
    """Return an opening without the names of the two people, which are not the tenant's data."""
    return {
        "month": opening.month,
        "reason": opening.reason,
        "opened_at": _moment(opening.opened_at),
    }


def _reading(row: ReplyRead) -> Held:
    return {"months": row.months, "read_by": row.read_by, "read_at": _moment(row.read_at)}


def _request(entry: RightsEntry) -> Held:
    return {
        "action": entry.action,
        "source": entry.source,
        "done_at": _moment(entry.done_at),
        "due_on": entry.due_on and entry.due_on.isoformat(),
        "answered_on": entry.answered_on and entry.answered_on.isoformat(),
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
