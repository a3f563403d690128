"""The stop page and RFC 8058 one-click, on both databases."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from links.models import Link
from portal.stop_choices import Choice
from tenants.models import Consent, Mark, Tenant
from tenants.rights import rights
from tenants.roster import moves
from tests.portal.site import AFTER_CLOSING, PortalSite, carried

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_one_click_stops_the_emails_at_once(
    site: PortalSite, tenant_id: int, link_id: bytes, content_type: str
) -> None:
    page = site.browser.post(site.stop_path(link_id), data=ONE_CLICK, content_type=content_type)
    assert (page.status_code, "Set-Cookie" in page.headers) == (200, False)
    assert site.tenant(tenant_id).stopped


def test_a_stop_leaves_its_mark_and_its_evidence(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    site.browser.post(site.stop_path(link_id), data={"choice": "stop"})
    with site.platform.reading() as session:
        assert [mark.do_not_mail for mark in session.scalars(select(Mark))] == [True]
        evidence = session.scalars(select(Consent).where(Consent.tenant_id == tenant_id)).all()
    assert [(row.kind, row.given, row.source) for row in evidence] == [
        ("monthly_email", False, "tenant")
    ]


def test_a_stop_link_works_after_its_month_closed(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    site.now = AFTER_CLOSING
    assert site.browser.get(site.stop_path(link_id)).status_code == 200
    assert site.browser.post(site.stop_path(link_id), data=ONE_CLICK).status_code == 200
    assert site.tenant(tenant_id).stopped


def test_a_stop_can_be_undone(site: PortalSite, tenant_id: int, link_id: bytes) -> None:
    path = site.stop_path(link_id)
    page = site.browser.post(path, data={"choice": "stop"})
    undone = site.browser.post(path, data=carried(page))
    assert "We have taken that back" in undone.text
    assert not site.tenant(tenant_id).stopped


@pytest.mark.parametrize("data", [{"choice": "resume"}, {"choice": "include"}])
def test_the_link_alone_undoes_nothing(
    site: PortalSite, tenant_id: int, link_id: bytes, data: dict[str, str]
) -> None:
    for choice in ("stop", "object"):
        site.browser.post(site.stop_path(link_id), data={"choice": choice})
    before = site.every_row()
    assert site.browser.post(site.stop_path(link_id), data=data).status_code == 422
    assert site.every_row() == before


@pytest.mark.parametrize(
    ("own", "pressed"),
    [
        ("stop", "stop"),
        ("stop", "pause"),
        ("pause", "pause"),
        ("pause", "stop"),
        ("object", "object"),
    ],
)
def test_whoever_presses_later_cannot_undo_the_tenants_own_choice(
    site: PortalSite, tenant_id: int, link_id: bytes, own: str, pressed: str
) -> None:
    path = site.stop_path(link_id)
    site.browser.post(path, data={"choice": own})
    site.now += timedelta(days=1)
    page = site.browser.post(path, data={"choice": pressed})
    undone = site.browser.post(path, data=carried(page))
    assert "We have taken that back" in undone.text
    tenant = site.tenant(tenant_id)
    assert tenant.stopped or tenant.paused_until or tenant.objected


def test_a_choice_is_taken_back_for_half_an_hour_with_its_own_link_alone(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    path = site.stop_path(link_id)
    undo = carried(site.browser.post(path, data={"choice": "stop"}))
    other = site.stop_path(site.new_link(site.new_tenant("T-002")))
    for wrong in (other, path + "?language=cy"):
        altered = undo if wrong == other else {"undo": [undo["undo"][0][:-1] + "x"]}
        assert "too long ago" in site.browser.post(wrong.split("?")[0], data=altered).text
    site.now += timedelta(minutes=31)
    assert "too long ago" in site.browser.post(path, data=undo).text
    assert site.tenant(tenant_id).stopped


@pytest.mark.parametrize("choice", list(Choice))
def test_whatever_was_chosen_the_page_leads_on(
    site: PortalSite, link_id: bytes, choice: Choice
) -> None:
    data = {"choice": choice, "language": "cy"}
    page = site.browser.post(site.stop_path(link_id), data=data)
    assert 'href="?language=cy"' in page.text
    assert 'href="/data?language=cy"' in page.text


def test_a_pause_ends_by_itself_and_can_be_undone(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    page = site.browser.post(site.stop_path(link_id), data={"choice": "pause"})
    assert "for three months" in page.text
    assert str(site.tenant(tenant_id).paused_until) == "2027-03-03"
    site.browser.post(site.stop_path(link_id), data=carried(page))
    assert site.tenant(tenant_id).paused_until is None


def test_leaving_the_totals_keeps_the_emails(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    page = site.browser.post(site.stop_path(link_id), data={"choice": "object"})
    tenant = site.tenant(tenant_id)
    assert (tenant.objected, tenant.stopped) == (True, False)
    site.browser.post(site.stop_path(link_id), data=carried(page))
    assert not site.tenant(tenant_id).objected


def test_keeping_the_emails_changes_nothing(site: PortalSite, link_id: bytes) -> None:
    before = site.every_row()
    page = site.browser.post(site.stop_path(link_id), data={"choice": "keep"})
    assert (page.status_code, "Nothing has changed" in page.text) == (200, True)
    assert site.every_row() == before


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"choice": ""},
        {"choice": "erase"},
        {"choice": ["stop", "keep"]},
        {"choice": "stop\x00"},
        {"List-Unsubscribe": "yes"},
    ],
)
def test_no_real_choice_is_asked_again_and_changes_nothing(
    site: PortalSite, link_id: bytes, data: dict[str, str]
) -> None:
    before = site.every_row()
    page = site.browser.post(site.stop_path(link_id), data=data)
    assert (page.status_code, "Choose what you would like us to do" in page.text) == (422, True)
    assert site.every_row() == before


def test_a_stop_looks_the_same_for_a_tenant_who_was_erased_or_has_another_address(
    site: PortalSite,
) -> None:
    live, erased, moved = (site.new_tenant(f"T-00{number}") for number in (2, 3, 4))
    paths = [site.stop_path(site.new_link(each)) for each in (live, erased, moved)]
    with site.platform.writing() as session:
        rights.erase(session, session.get_one(Tenant, erased), now=site.now)
        moves.leave_inbox(session, [moved], today=site.now.date())
    pages = [site.browser.post(path, data=ONE_CLICK) for path in paths]
    assert {200} == {page.status_code for page in pages}
    assert 1 == len({re.sub(r'name="undo" value="[^"]*"', "", page.text) for page in pages})
    assert 1 == len({len(page.data) for page in pages})


def test_a_stop_spends_no_reply_link(site: PortalSite, link_id: bytes) -> None:
    site.browser.post(site.stop_path(link_id), data=ONE_CLICK)
    with site.platform.reading() as session:
        assert session.get_one(Link, link_id).spent_on is None


def test_a_stop_link_that_was_altered_is_answered_calmly(site: PortalSite, link_id: bytes) -> None:
    page = site.browser.post(site.stop_path(link_id)[:-1], data=ONE_CLICK)
    assert (page.status_code, "This link does not work" in page.text) == (404, True)
