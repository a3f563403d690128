"""Who may ask for what. A stranger is told nothing, and a token is for what it is for."""

import pytest
from sqlalchemy import select

from replies import submissions
from tenants.api_tokens import Scope
from tenants.models import ApiToken
from tenants.rights import rights
from tests.api.client import ASSOCIATION, OTHER_ASSOCIATION, Caller, caller, reply
from tests.portal.site import MONTH, PortalSite

ONE_DATABASE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
NEEDED = {
    ("GET", "/tenants"): Scope.TENANTS_READ,
    ("GET", "/tenants/T-001"): Scope.TENANTS_READ,
    ("PUT", "/tenants/T-001"): Scope.TENANTS_WRITE,
    ("DELETE", "/tenants/T-001"): Scope.TENANTS_WRITE,
    ("PUT", "/tenants/T-001/stop"): Scope.TENANTS_WRITE,
    ("DELETE", "/tenants/T-001/stop"): Scope.TENANTS_WRITE,
    ("PUT", "/tenants/T-001/pause"): Scope.TENANTS_WRITE,
    ("DELETE", "/tenants/T-001/pause"): Scope.TENANTS_WRITE,
    ("PUT", "/tenants/T-001/restriction"): Scope.TENANTS_WRITE,
    ("DELETE", "/tenants/T-001/restriction"): Scope.TENANTS_WRITE,
    ("PUT", "/tenants/T-001/objection"): Scope.TENANTS_WRITE,
    ("DELETE", "/tenants/T-001/objection"): Scope.TENANTS_WRITE,
    ("GET", "/tenants/T-001/replies"): Scope.REPLIES_READ,
    ("GET", "/submitted"): Scope.SUBMITTED_READ,
    ("GET", "/changes"): Scope.CHANGES_READ,
    ("PUT", "/complaints/ticket-17"): Scope.COMPLAINTS_WRITE,
}


@ONE_DATABASE
def test_every_operation_refuses_every_other_scope(site: PortalSite) -> None:
    reply(site)
    before = site.every_row()
    with site.platform.reading() as session:
        assert [] == session.scalars(select(ApiToken)).all()
    callers = {
        scope: caller(
            site, scope, association=ASSOCIATION if scope is Scope.SUBMITTED_READ else None
        )
        for scope in Scope
    }
    for (method, path), needed in NEEDED.items():
        for scope, asks in callers.items():
            if scope is not needed:
                assert 403 == asks(method, path).status_code, (method, path, scope)

    after = site.every_row()
    assert before == {**after, "api_tokens": []}


@ONE_DATABASE
@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer x", "Bearer checkin_", "Basic YTpi", "Bearer é", "checkin_x"],
)
def test_without_a_known_token_everything_is_401(site: PortalSite, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    for method, path in NEEDED:
        response = site.browser.open(f"/api/v1{path}", method=method, headers=headers)
        assert (401, True) == (
            response.status_code,
            response.headers["WWW-Authenticate"].lower().startswith("bearer"),
        )


def test_a_token_is_nowhere_in_the_database(site: PortalSite) -> None:
    asks = caller(site, Scope.TENANTS_READ)

    assert asks.token.removeprefix("checkin_") not in repr(site.every_row())


@pytest.fixture
def northfield(site: PortalSite) -> Caller:
    return caller(site, Scope.SUBMITTED_READ, association=ASSOCIATION)


def test_an_association_reads_what_was_submitted_to_it_and_nothing_else(
    site: PortalSite, northfield: Caller
) -> None:
    reply(site, "T-001", show_to=ASSOCIATION)
    reply(site, "T-002", show_to=OTHER_ASSOCIATION)
    reply(site, "T-003")

    page = northfield.get("/submitted")

    assert [("T-001", MONTH)] == [(i["tenant_ref"], i["month"]) for i in page["items"]]
    assert "@" not in repr(page)


def test_what_was_taken_back_restricted_or_erased_is_no_longer_listed(
    site: PortalSite, northfield: Caller
) -> None:
    ids = [reply(site, f"T-00{number}", show_to=ASSOCIATION) for number in range(1, 5)]
    assert 4 == len(northfield.get("/submitted")["items"])
    with site.platform.writing() as session:
        submissions.revoke(session, tenant_id=ids[0], month=MONTH)
        rights.restrict(session, rights.find(session, "T-002"), now=site.now)
        rights.erase(session, rights.find(session, "T-003"), now=site.now)

    assert ["T-004"] == [item["tenant_ref"] for item in northfield.get("/submitted")["items"]]


def test_submitted_replies_come_page_by_page(site: PortalSite, northfield: Caller) -> None:
    for number in range(3):
        reply(site, f"T-00{number}", show_to=ASSOCIATION)
    first = northfield.get("/submitted?limit=2")
    second = northfield.get(f"/submitted?limit=2&after={first['next']}")

    assert ([2, 1], [True, False]) == (
        [len(first["items"]), len(second["items"])],
        [first["has_more"], second["has_more"]],
    )
