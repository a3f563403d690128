"""A tenant's journey in a real Chromium, without scripts, on a phone's screen."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from replies import submissions
from tests.browser.chromium import PATIENCE, chromium, serving
from tests.portal.site import MONTH, PortalSite

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]

SMALL_PHONE = ViewportSize(width=320, height=568)


@pytest.fixture
def address(site: PortalSite) -> Iterator[str]:
    with serving(site.app) as address:
        yield address


@pytest.fixture
def phone(address: str) -> Iterator[Page]:
    with chromium() as browser:
        context = browser.new_context(
            base_url=address, viewport=SMALL_PHONE, java_script_enabled=False
        )
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
        assert context.cookies() == []


def _answer(page: Page, *labels: str) -> None:
    for label in labels:
        page.get_by_label(label, exact=True).check()
    page.get_by_role("button", name="Continue").click()


def test_a_tenant_answers_on_a_phone_and_is_thanked(
    site: PortalSite, tenant_id: int, link_id: bytes, address: str, phone: Page
) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(site.reply_path(link_id))
    _answer(phone, "Yes")
    _answer(phone, "My work", "My benefits")
    _answer(phone, "My job ended")
    _answer(phone, "It has changed already")
    _answer(phone, "I get less than before")
    _answer(phone, "Universal Credit")
    _answer(phone, "Advice about debts")
    phone.get_by_role("button", name="your answer to: What has changed about your work?").click()
    _answer(phone, "I was told that my job will end")
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_label("No, do not show them").check()
    phone.get_by_role("button", name="Send my answers").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert {url for url in asked if not url.startswith(address)} == set()
    assert site.answers_of(tenant_id) == [
        {
            "changed": "yes",
            "topics": ["work", "benefits"],
            "work": "ending",
            "work-when": "now",
            "benefits": "less",
            "benefits-which": ["universal-credit"],
            "support": ["debts"],
        }
    ]


def test_enter_on_a_safe_way_sends_what_was_answered(
    site: PortalSite, tenant_id: int, link_id: bytes, phone: Page
) -> None:
    """Enter presses the first button of a form, which has to be the one that sends."""
    phone.goto(site.reply_path(link_id))
    _answer(phone, "No, but I would like some help")
    _answer(phone, "Advice about debts")
    phone.get_by_role("button", name="Continue").click()
    way = phone.get_by_label("A text message")
    expect(way).not_to_be_visible()
    phone.get_by_label("Yes, show them these answers").check()
    while not way.evaluate("box => box === document.activeElement"):
        phone.keyboard.press("Tab")
    phone.keyboard.press("Space")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    with site.platform.reading() as session:
        assert submissions.shown_to(session, tenant_id) == {MONTH: "Northfield Homes (example)"}


def test_continuing_without_a_choice_leads_to_the_first_answer(
    site: PortalSite, link_id: bytes, phone: Page
) -> None:
    phone.goto(site.reply_path(link_id))
    phone.get_by_role("button", name="Continue").click()
    expect(phone).to_have_title(re.compile("^Error: "))
    phone.get_by_role("alert").get_by_role("link").click()
    expect(phone).to_have_url(re.compile("#changed-1$"))
    expect(phone.locator("#problem")).to_be_in_viewport()
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("alert")).to_be_focused()


def test_the_emails_are_stopped_in_two_taps(
    site: PortalSite, tenant_id: int, link_id: bytes, phone: Page
) -> None:
    phone.goto(site.stop_path(link_id))
    phone.get_by_label("Stop the emails", exact=True).check()
    phone.get_by_role("button", name="Save my choice").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("We have stopped the emails")
    assert site.tenant(tenant_id).stopped


def test_a_language_that_was_pressed_outlasts_the_one_in_the_address(
    site: PortalSite, link_id: bytes, phone: Page
) -> None:
    phone.goto(f"{site.stop_path(link_id)}?language=cy")
    phone.get_by_role("button", name="English").click()
    phone.get_by_label("Stop the emails", exact=True).check()
    phone.get_by_role("button", name="Save my choice").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("We have stopped the emails")


@pytest.mark.parametrize("path", ["/privacy", "/sent", "/r/altered", "reply", "stop"])
def test_no_page_is_wider_than_a_small_phone(
    site: PortalSite, link_id: bytes, phone: Page, path: str
) -> None:
    own = {"reply": site.reply_path(link_id), "stop": site.stop_path(link_id)}
    phone.goto(own.get(path, path))
    assert phone.evaluate("document.documentElement.scrollWidth") == SMALL_PHONE["width"]
