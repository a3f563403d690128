"""The phone's Back button finds each step with what was chosen, and nothing after sending."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.chromium import PATIENCE, chromium, serving
from tests.portal.site import PortalSite

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]
WALK = ("yes", "work", "ended", "now", "debts")


@pytest.fixture(params=["with scripts", "without scripts, in Welsh"])
def phone(request: pytest.FixtureRequest, site: PortalSite) -> Iterator[Page]:
    with serving(site.app) as address, chromium() as browser:
        context = browser.new_context(
            base_url=address,
            viewport={"width": 360, "height": 640},
            has_touch=True,
            is_mobile=True,
            java_script_enabled=request.param == "with scripts",
            locale="en-GB" if request.param == "with scripts" else "cy",
        )
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


def _walk(page: Page, path: str) -> None:
    page.goto(path)
    for value in WALK:
        page.locator(f'input[value="{value}"]').first.check(force=True)
        with page.expect_navigation():
            page.locator('button[value="on"]').click()


def _chosen(page: Page) -> list[str | None]:
    return [each.get_attribute("value") for each in page.locator("input:checked").all()]


def test_back_shows_each_step_with_what_was_chosen(
    site: PortalSite, link_id: bytes, phone: Page
) -> None:
    _walk(phone, site.reply_path(link_id))
    for value in reversed(WALK):
        phone.go_back()
        assert [value] == _chosen(phone)
    for _ in WALK:
        phone.go_forward()
    assert phone.locator("h1").inner_text() in ("Check your answers", "Gwiriwch eich atebion")


def test_back_from_who_sees_the_reply_and_forward_again_keeps_the_choice(
    site: PortalSite, link_id: bytes, phone: Page
) -> None:
    _walk(phone, site.reply_path(link_id))
    with phone.expect_navigation():
        phone.locator('button[value="send"]').click()
    for value in ("yes", "text"):
        phone.locator(f'input[value="{value}"]:not([type="hidden"])').check(force=True)
    phone.go_back()
    phone.go_forward()
    assert ["yes", "text"] == _chosen(phone)


def test_a_step_gone_back_to_can_be_answered_anew_and_sent(
    site: PortalSite, tenant_id: int, link_id: bytes, phone: Page
) -> None:
    _walk(phone, site.reply_path(link_id))
    for _ in WALK:
        phone.go_back()
    phone.locator('input[value="no"]').check(force=True)
    with phone.expect_navigation():
        phone.locator('button[value="on"]').click()
    with phone.expect_navigation():
        phone.locator('button[value="send"]').click()
    assert site.answers_of(tenant_id) == [{"changed": "no"}]


def test_once_sent_back_shows_no_answer(site: PortalSite, link_id: bytes, phone: Page) -> None:
    _walk(phone, site.reply_path(link_id))
    with phone.expect_navigation():
        phone.locator('button[value="send"]').click()
    phone.locator('input[value="no"]').check(force=True)
    with phone.expect_navigation():
        phone.locator('button[value="send"]').click()
    for _ in (*WALK, "check", "who sees it"):
        try:
            phone.go_back()
        except Error:  # Chromium's own page in the place of one that it has forgotten
            continue
        expect(phone.locator("input:checked")).to_have_count(0)
        expect(phone.locator("dd")).to_have_count(0)


def _stop(page: Page, site: PortalSite, link_id: bytes) -> None:
    page.goto(site.stop_path(link_id))
    page.locator('input[value="stop"]').check(force=True)


def _ask_for_a_fresh_link(page: Page, site: PortalSite, link_id: bytes) -> None:
    site.open_month("2027-01")
    site.now = datetime(2027, 1, 5, 9, tzinfo=UTC)
    page.goto(site.reply_path(link_id))
    page.locator('input[type="checkbox"]').check(force=True)


def _complain(page: Page, site: PortalSite, _link_id: bytes) -> None:
    page.goto("/complain")
    page.locator("input[name=address]").fill("tenant-001@example.org")
    page.locator("textarea").fill("You wrote to my old address.")


@pytest.mark.parametrize("start", [_stop, _ask_for_a_fresh_link, _complain])
def test_back_from_where_the_other_ways_end_leads_to_their_first_page(
    site: PortalSite,
    link_id: bytes,
    phone: Page,
    start: Callable[[Page, PortalSite, bytes], None],
) -> None:
    start(phone, site, link_id)
    first = phone.title()
    with phone.expect_navigation():
        phone.locator("button.main").click()
    assert phone.locator(".done").count() == 1
    phone.go_back()
    assert first == phone.title()
