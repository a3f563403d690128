"""A fresh link: by email to the tenant alone, and a page that tells nobody anything."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from links import keys, ledger
from links.signing import Purpose
from portal.fresh_link_pages import NOT_TICKED
from tenants.models import Letter, Tenant
from tenants.outbox import letters
from tenants.outbox.letters import Due, Kind
from tenants.outbox.mailer import text_of
from tenants.rights import rights
from tenants.rights.fresh_links import A_DAY
from tests.portal.site import (
    A_FULL_REPLY,
    AFTER_CLOSING,
    MONTH,
    NOTHING_CHANGED,
    SENT,
    PortalSite,
)

ASK = {"ask": "fresh-link"}
TICKED = {**ASK, "by-email": "yes"}


def _letters(site: PortalSite) -> int:
    with site.platform.reading() as session:
        return session.scalar(select(func.count()).select_from(Letter)) or 0


def _next_letter(site: PortalSite) -> Due:
    with site.platform.writing() as session:
        due = letters.claim(session, now=site.now)
    assert due is not None
    return due


def test_a_spent_link_that_is_used_again_puts_a_fresh_one_in_the_post(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    path = site.reply_path(link_id)
    site.browser.post(path, data=NOTHING_CHANGED)
    site.browser.post(path, data=SENT)
    assert site.answers_of(tenant_id) == [{"changed": "no"}]
    due = _next_letter(site)
    text = text_of(due, keys=keys.load(site.folder / "links"), portal_url="https://p.example.org")
    assert due.kind == Kind.SECOND_USE
    assert "December 2026 on 3 December 2026" in text
    fresh = site.reply_path(bytes.fromhex(due.details["link_id"]))
    assert fresh in text
    site.browser.post(fresh, data=SENT)
    assert site.answers_of(tenant_id) == [A_FULL_REPLY]


def test_a_link_that_is_used_over_and_over_fills_no_inbox(site: PortalSite, link_id: bytes) -> None:
    for _ in range(10):
        site.browser.post(site.reply_path(link_id), data=NOTHING_CHANGED)
    assert _letters(site) == A_DAY


def test_a_fresh_link_asked_for_by_email_takes_the_tenants_answers(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    path = site.reply_path(link_id)
    asked = site.browser.post(path, data=TICKED)
    assert (asked.status_code, "Look in your inbox" in asked.text) == (200, True)
    due = _next_letter(site)
    assert (due.kind, due.address, due.details["month"]) == (
        Kind.FRESH_LINK,
        "t-001@example.org",
        MONTH,
    )
    fresh = site.reply_path(bytes.fromhex(due.details["link_id"]))
    site.browser.post(fresh, data=SENT)
    assert site.answers_of(tenant_id) == [A_FULL_REPLY]


def test_the_page_shows_neither_the_address_nor_a_token(site: PortalSite, link_id: bytes) -> None:
    page = site.browser.post(site.reply_path(link_id), data=TICKED)
    assert "@example.org" not in page.text
    assert "/r/" not in page.text


def test_without_the_tick_nothing_is_sent(site: PortalSite, link_id: bytes) -> None:
    before = site.every_row()
    for data in (ASK, {**ASK, "by-email": "no"}, {**ASK, "by-email": ["yes", "yes"]}):
        page = site.browser.post(site.reply_path(link_id), data=data)
        assert (page.status_code, NOT_TICKED.message in page.text) == (422, True)
    assert site.every_row() == before


def test_three_a_day_and_again_the_next_day(site: PortalSite, link_id: bytes) -> None:
    path = site.reply_path(link_id)
    pages = {site.browser.post(path, data=TICKED).data for _ in range(A_DAY + 2)}
    assert (len(pages), _letters(site)) == (1, A_DAY)
    site.now = site.now.replace(day=site.now.day + 1)
    site.browser.post(path, data=TICKED)
    assert _letters(site) == A_DAY + 1


def test_twenty_requests_at_once_send_three(site: PortalSite, link_id: bytes) -> None:
    path = site.reply_path(link_id)
    with ThreadPoolExecutor(20) as pool:
        posts = [pool.submit(site.browser.post, path, data=TICKED) for _ in range(20)]
        assert {post.result().status_code for post in posts} == {200}
    assert _letters(site) == A_DAY


def _erase(site: PortalSite, tenant: int) -> None:
    with site.platform.writing() as session:
        rights.erase(session, session.get_one(Tenant, tenant), now=site.now)


def _restrict(site: PortalSite, tenant: int) -> None:
    with site.platform.writing() as session:
        rights.restrict(session, session.get_one(Tenant, tenant), now=site.now)


def _purge(site: PortalSite, _tenant: int) -> None:
    with site.platform.writing() as session:
        ledger.purge(session, today=site.now.date().replace(year=2099))


@pytest.mark.parametrize("gone", [_erase, _restrict, _purge])
def test_the_page_is_the_same_where_no_letter_goes(
    site: PortalSite, tenant_id: int, link_id: bytes, gone: Callable[[PortalSite, int], None]
) -> None:
    path = site.reply_path(link_id)
    live = site.browser.post(path, data=TICKED)
    sent = _letters(site)
    gone(site, tenant_id)
    after = site.browser.post(path, data=TICKED)
    assert (after.status, after.data) == (live.status, live.data)
    assert _letters(site) <= sent


def test_an_expired_link_asks_for_the_month_that_is_open(site: PortalSite, link_id: bytes) -> None:
    site.open_month("2027-01")
    site.now = AFTER_CLOSING.replace(year=2027, month=1, day=10)
    page = site.browser.get(site.reply_path(link_id))
    assert (page.status_code, "Email me a new link" in page.text) == (410, True)
    assert "has closed" not in page.text
    site.browser.post(site.reply_path(link_id), data=TICKED)
    assert _next_letter(site).details["month"] == "2027-01"


def test_where_no_month_is_open_nothing_is_promised(site: PortalSite, link_id: bytes) -> None:
    site.now = AFTER_CLOSING
    assert "Email me a new link" not in site.browser.get(site.reply_path(link_id)).text
    before = site.every_row()
    page = site.browser.post(site.reply_path(link_id), data=TICKED)
    assert (page.status_code, "No check-in is open now" in page.text) == (200, True)
    assert site.every_row() == before


def test_a_link_that_was_altered_or_is_for_stopping_sends_nothing(
    site: PortalSite, link_id: bytes
) -> None:
    before = site.every_row()
    for token in (site.token(Purpose.REPLY, link_id)[:-1], site.token(Purpose.STOP, link_id)):
        assert site.browser.post(f"/r/{token}", data=TICKED).status_code == 404
    assert site.every_row() == before


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_letter_is_in_the_tenants_language(site: PortalSite, link_id: bytes) -> None:
    site.browser.post(site.reply_path(link_id), data=TICKED)
    due = _next_letter(site)
    in_welsh = Due(due.id, due.kind, due.address, "cy", due.details)
    texts = [
        text_of(one, keys=[b"k" * 32], portal_url="https://portal.example.org")
        for one in (due, in_welsh)
    ]
    assert ["December 2026" in texts[0], "Rhagfyr 2026" in texts[1]] == [True, True]
