"""A newcomer's first month in a real browser: from signing in to asking for approval."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from campaigns.models import CampaignState
from tests.browser.chromium import PATIENCE
from tests.console import months
from tests.console.site import APPROVER, AUTHOR, ConsoleSite

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]

MONTH = "2026-12"
PRESSES_MAX = 12
DARK, LIGHT = "rgb(15, 24, 27)", "rgb(242, 246, 245)"


class Walk:
    """A person at a browser who counts what they press and how many pages they see."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0
        self.pages = 0
        page.on("framenavigated", self._count_page)

    def press(self, role: str, name: str, exact: bool = False) -> None:
        self.presses += 1
        self.page.get_by_role(role, name=name, exact=exact).first.click()  # type: ignore[arg-type]

    def _count_page(self, frame: object) -> None:
        if frame is self.page.main_frame:
            self.pages += 1


def _page(browser: Browser, address: str, *, script: bool) -> Page:
    context = browser.new_context(
        base_url=address,
        java_script_enabled=script,
        viewport={"width": 1280, "height": 900},
        color_scheme="null",
    )
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def _two_months(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        earlier = site.clock.now - timedelta(days=29)
        months.in_state(session, "2026-11", CampaignState.SENT, now=earlier)
        months.draft(session, MONTH, now=site.clock.now)


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_a_newcomer_needs_few_presses(
    site: ConsoleSite, browser: Browser, address: str, script: bool
) -> None:
    _two_months(site)
    page = _page(browser, address, script=script)
    walk = Walk(page)
    page.goto(site.link(AUTHOR))
    walk.press("button", "Sign in")
    walk.press("link", "Write December 2026")
    page.get_by_text("Start over").click()
    walk.presses += 1
    walk.press("button", "Start from last month")
    page.get_by_label("Subject", exact=True).fill("Has your work changed?")
    walk.press("button", "Text only", exact=True)
    preview = page.frame_locator('iframe[name="preview"]')
    expect(preview.get_by_text("Has your work changed?")).to_be_visible()
    walk.press("button", "Ready for approval")
    walk.press("button", "Send me a test")
    expect(page.get_by_text("A test is on its way")).to_be_visible()
    walk.press("button", "Ask for approval")
    expect(page.get_by_text(f"Asked {APPROVER} by email.")).to_be_visible()
    subjects = [letter.subject for _, letter in site.letters.kept]
    page.context.close()

    assert ["TEST: Has your work changed?", "December 2026 waits for your approval"] == subjects
    assert walk.presses <= PRESSES_MAX


def test_typing_is_kept_and_shown_by_itself(
    site: ConsoleSite, browser: Browser, address: str
) -> None:
    _two_months(site)
    page = _page(browser, address, script=True)
    page.goto(site.link(AUTHOR))
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()
    page.goto(f"/campaigns/{MONTH}/write")
    page.get_by_label("Subject", exact=True).fill("")
    expect(page.locator("#subject-notes")).to_contain_text("the subject is empty")
    page.get_by_label("Subject", exact=True).fill("A line that came later")
    preview = page.frame_locator('iframe[name="preview"]')
    expect(preview.get_by_role("heading", name="A line that came later")).to_be_visible()
    expect(page.locator("#subject-notes")).to_be_empty()
    opening = page.get_by_role("textbox", name="Opening")
    opening.select_text()
    page.get_by_role("group", name="Marks for Opening").get_by_label("Bold").click()
    expect(opening).to_have_value(re.compile(r"^\*\*Hello,"))
    page.reload()
    expect(page.get_by_label("Subject", exact=True)).to_have_value("A line that came later")
    page.context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_dark_is_dark_and_the_others_are_light(
    site: ConsoleSite, browser: Browser, address: str, script: bool
) -> None:
    """The same bytes in each: it is the frame that says which."""
    _two_months(site)
    page = _page(browser, address, script=script)
    page.goto(site.link(AUTHOR))
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()
    page.goto(f"/campaigns/{MONTH}/write")
    for name, shade in (("Dark", DARK), ("Desktop", LIGHT)):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_role("button", name=name, exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        body = page.frame_locator('iframe[name="preview"]').locator("body")
        expect(body).to_have_css("background-color", shade)
    page.context.close()
