"""Callers of the API, each with a token of one scope."""

from dataclasses import dataclass
from typing import Any

from replies import intake
from replies.vault.sealing import open_vault
from tenants import api_tokens
from tenants.api_tokens import Scope
from tests.portal.site import A_FULL_REPLY, PortalSite

ASSOCIATION = "Northfield Homes (example)"
OTHER_ASSOCIATION = "Riverside Housing (example)"
TENANT = {
    "email": "tenant-007@example.org",
    "housing_association": ASSOCIATION,
    "monthly_email": True,
}


@dataclass(frozen=True)
class Caller:
    """Asks the API with one token; answers with werkzeug's `TestResponse`."""

    site: PortalSite
    token: str

    def __call__(self, method: str, path: str, **request: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", **request.pop("headers", {})}
        return self.site.browser.open(f"/api/v1{path}", method=method, headers=headers, **request)

    def get(self, path: str) -> Any:
        response = self("GET", path)
        assert 200 == response.status_code, response.text
        return response.json

    def put(self, ref: str, **fields: Any) -> Any:
        return self("PUT", f"/tenants/{ref}", json={**TENANT, **fields})


def caller(site: PortalSite, *scopes: Scope, association: str | None = None) -> Caller:
    """Somebody with a new token."""
    with site.platform.writing() as session:
        token = api_tokens.add(
            session,
            name=f"{'+'.join(scopes)} {association or ''}",
            scopes=scopes,
            housing_association=association,
            now=site.now,
        )
    return Caller(site, token)


def reply(site: PortalSite, ref: str = "T-001", *, show_to: str | None = None) -> int:
    """A new tenant who replied; returns the tenant's number."""
    tenant_id = site.new_tenant(ref)
    link_id = site.new_link(tenant_id)
    with site.platform.writing() as session:
        intake.submit(
            session,
            open_vault(str(site.folder / "vault")),
            link_id=link_id,
            answers=dict(A_FULL_REPLY),
            today=site.now.date(),
            show_to=show_to,
        )
    return tenant_id
