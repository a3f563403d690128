"""A portal on a database with one tenant whose month is open."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from checkin.databases import platform_is_current
from kit.database import Database, PlatformBase
from kit.settings import Settings
from links import keys, ledger, signing
from links.signing import Purpose
from portal.app import create_app
from replies import reading
from replies.form import rounds
from replies.vault import master_keys
from replies.vault.sealing import open_vault
from tenants.models import Tenant

MONTH = "2026-12"
OPENED = date(2026, 12, 1)
CLOSES = date(2026, 12, 21)
LAST_CHECK_IN = date(2026, 11, 2)
SUBJECT = "Has anything changed since our last check-in?"
DAY = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
AFTER_CLOSING = datetime(2026, 12, 22, 9, 0, tzinfo=UTC)
QUESTIONS = ["work", "hours", "benefits", "household", "health", "rent", "support"]
NOTHING_CHANGED = {"changed": "no", "step": "check", "go": "send"}
A_FULL_REPLY: dict[str, str | list[str]] = {
    "changed": "yes",
    "topics": ["work", "benefits"],
    "work": "ended",
    "work-when": "now",
    "benefits": "waiting",
    "benefits-which": ["universal-credit", "housing"],
    "support": ["rent", "debts"],
}
SENT = {**A_FULL_REPLY, "step": "show", "show": "no", "go": "send"}
"""What the last press posts, of a tenant who does not show it to their housing association."""


class PhoneBrowser(FlaskClient):
    """A client that posts a form again where the answer leads to (307), as browsers do."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        if answer.status_code != HTTPStatus.TEMPORARY_REDIRECT:
            return answer
        last = super().open(answer.headers["Location"], **kwargs)
        last.history = (answer,)
        return last


@dataclass
class PortalSite:
    """The portal, as a browser without cookies or scripts would meet it."""

    app: Flask
    platform: Database
    folder: Path
    now: datetime = DAY

    @property
    def browser(self) -> FlaskClient:
        return PhoneBrowser(self.app, use_cookies=False)

    def new_tenant(self, ref: str = "T-001") -> int:
        with self.platform.writing() as session:
            tenant = Tenant(
                tenant_ref=ref,
                email=f"{ref.lower()}@example.org",
                housing_association="Northfield Homes (example)",
                language="en",
                monthly_email=True,
                profiling=True,
                changed_at=DAY,
            )
            session.add(tenant)
            session.flush()
            return tenant.id

    def new_link(self, tenant_id: int) -> bytes:
        with self.platform.writing() as session:
            return ledger.issue_fresh(
                session, tenant_id=tenant_id, month=MONTH, issued_on=OPENED, expires_on=CLOSES
            )

    def open_month(self, month: str) -> None:
        first = date.fromisoformat(f"{month}-01")
        with self.platform.writing() as session:
            rounds.open_round(
                session,
                month=month,
                questions=QUESTIONS,
                opened_on=first,
                closes_on=first.replace(day=21),
            )

    def reply_path(self, link_id: bytes) -> str:
        return f"/r/{self.token(Purpose.REPLY, link_id)}"

    def stop_path(self, link_id: bytes) -> str:
        return f"/stop/{self.token(Purpose.STOP, link_id)}"

    def token(self, purpose: Purpose, link_id: bytes) -> str:
        return signing.sign(keys.load(self.folder / "links"), purpose, link_id)

    def answers_of(self, tenant_id: int) -> list[object]:
        vault = open_vault(str(self.folder / "vault"))
        with self.platform.reading() as session:
            held = reading.held_about(session, vault, tenant_id)
        return [reply["answers"] for reply in held]

    def tenant(self, tenant_id: int) -> Tenant:
        with self.platform.reading() as session:
            return session.get_one(Tenant, tenant_id)

    def every_row(self) -> dict[str, list[str]]:
        """A dump of all tables."""
        with self.platform.reading() as session:
            return {
                table.name: sorted(map(repr, session.execute(select(table)).all()))
                for table in PlatformBase.metadata.sorted_tables
            }


def build(platform: Database, folder: Path, **chosen: Any) -> PortalSite:
    keys.create(folder / "links")
    master_keys.create(folder / "vault")
    settings = Settings(link_keys_file=folder / "links", vault_keys=str(folder / "vault"), **chosen)
    with platform.writing() as session:
        rounds.open_round(
            session,
            month=MONTH,
            questions=QUESTIONS,
            opened_on=OPENED,
            closes_on=CLOSES,
            sent=rounds.Sent(on=OPENED, subject=SUBJECT, last_check_in=LAST_CHECK_IN),
        )
    site: PortalSite
    app = create_app(
        settings=settings, platform=platform, is_current=platform_is_current, clock=lambda: site.now
    )
    site = PortalSite(app=app, platform=platform, folder=folder)
    return site


def carried(response: TestResponse) -> dict[str, list[str]]:
    """The hidden fields of a page's last form, as a browser would send them back."""
    fields: dict[str, list[str]] = {}
    for name, value in _hidden(response.text.rpartition("<form")[2]):
        fields.setdefault(name, []).append(value)
    return fields


def _hidden(page: str) -> Iterator[tuple[str, str]]:
    yield from re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
