"""Somebody who reads a tenant's inbox, and “your data” with it: no cookies, no scripts."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from links import keys
from tenants.models import Letter
from tenants.outbox import codes
from tenants.rights import evidence
from tests.portal.site import PortalSite

ADDRESS = "t-001@example.org"


@dataclass
class Reader:
    """Somebody who reads an inbox and a web page."""

    site: PortalSite
    token: str = ""

    def post(self, **fields: Any) -> TestResponse:
        return self.site.browser.post("/data", data={"visit": self.token, **fields})

    def press(self, do: str, **fields: Any) -> TestResponse:
        response = self.post(step="held", do=do, **fields)
        self.token = _token(response) or self.token
        return response

    def ask(self, address: str = ADDRESS) -> TestResponse:
        response = self.post(step="address", address=address)
        self.token = _token(response)
        return response

    def code(self) -> str:
        """What the newest letter says."""
        with self.site.platform.reading() as session:
            letter = session.scalars(select(Letter).order_by(Letter.id.desc())).first()
        assert letter
        ring = keys.load(self.site.folder / "links")
        return codes.session_code(ring, bytes.fromhex(letter.details["visit"]))

    def enter(self, code: str, reference: str = "T-001") -> TestResponse:
        response = self.post(step="code", code=code, reference=reference)
        self.token = _token(response) or self.token
        return response


def _token(response: TestResponse) -> str:
    found = re.search('name="visit" value="([^"]+)"', response.text)
    return found[1] if found else ""


def log_of(site: PortalSite, tenant_id: int) -> list[str]:
    """The actions on record, oldest first."""
    with site.platform.reading() as session:
        return [entry.action for entry in evidence.of_tenant(session, tenant_id)]
