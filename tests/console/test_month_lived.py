"""A month as two authors and an approver live through it in a browser, from draft to time."""

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from campaigns import staff
from campaigns.models import CampaignState, Role
from campaigns.writing import versions
from tests.browser.chromium import PATIENCE
from tests.console import months
from tests.console.editing import COLLEAGUE, MONTH
from tests.console.site import APPROVER, AUTHOR, ConsoleSite

PAGE = f"/campaigns/{MONTH}"
PRESSES_MAX = 7
DESKTOP, PHONE = ViewportSize(width=1200, height=860), ViewportSize(width=390, height=760)


class StaffBrowser:
    """One person at a browser of their own."""

    def __init__(self, site: ConsoleSite, browser: Browser, address: str, email: str) -> None:
        size = PHONE if email == APPROVER else DESKTOP
        context = browser.new_context(base_url=address, viewport=size)
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        self.page.goto(site.link(email))
        self.page.get_by_role("button", name="Sign in").click()

    def open(self, path: str = PAGE) -> Page:
        self.page.goto(path)
        return self.page

    def press(self, *names: str) -> None:
        for name in names:
            self.page.locator("main").get_by_text(name, exact=True).first.click()

    def sees(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words, timeout=PATIENCE)


@pytest.fixture
def browsers(site: ConsoleSite, browser: Browser, address: str) -> Iterator[list[StaffBrowser]]:
    with site.campaign.writing() as session:
        months.draft(session, MONTH, now=site.clock.now)
        staff.add(session, email=COLLEAGUE, roles=[Role.AUTHOR], by="tests", now=site.clock.now)
    people = [
        StaffBrowser(site, browser, address, email) for email in (AUTHOR, COLLEAGUE, APPROVER)
    ]
    yield people
    for each in people:
        each.page.context.close()


def test_a_month_from_its_draft_to_its_time(
    site: ConsoleSite, browsers: list[StaffBrowser]
) -> None:
    author, second, approver = browsers
    author.open().get_by_label("A note to the approver (optional)").fill("Is the tip clear?")
    author.press("Ask for approval")
    author.sees("asked for approval. “Is the tip clear?”")

    approver.open("/")
    approver.sees("Waiting for you")
    approver.open()
    approver.press("Send back…")
    approver.page.get_by_label("About").select_option("Tip 1, text")
    approver.page.get_by_label("What should be different?").fill("Which year is meant?")
    approver.press("Send it back")
    approver.sees("sent it back, about “Tip 1, text”. “Which year is meant?”")

    second.open("/")
    second.sees("Which year is meant?")
    second.open(f"{PAGE}/write").locator("#closing").fill("Thank you, and until next year.")
    second.press("Ready for approval")
    second.page.wait_for_url(f"**{PAGE}", timeout=PATIENCE)
    second.page.get_by_role("button", name="Ask for approval").click()
    second.sees("colleague@example.org asked for approval.")

    approver.open()
    approver.press("Approve…")
    approver.sees("What is different since you sent it back")
    approver.sees("until next year")
    approver.sees(f"Closing: {COLLEAGUE}")
    approver.page.get_by_role("button", name="Approve", exact=True).click()
    approver.sees("approver@example.org approved it.")

    author.open()
    author.press("Hold…")
    author.page.get_by_label("Why? (optional)").fill("The phone number changes.")
    author.press("Hold it")
    author.sees("On hold by author@example.org. “The phone number changes.”")
    approver.open()
    approver.press("Release…", "Release it")
    approver.sees("released it.")

    author.open(f"{PAGE}/time").get_by_label("Time").fill("03:00")
    author.page.get_by_label("Day").fill("2026-12-25")
    author.press("Save the time")
    author.sees("Friday 25 December is a bank holiday")
    author.press("Save this time all the same")
    author.sees("changed its time after the approval")
    approver.open("/")
    with site.campaign.reading() as session:
        assert CampaignState.DRAFT == versions.find(session, MONTH).state
    told = [(to, letter.subject.removeprefix("December 2026")) for to, letter in site.letters.kept]
    assert (APPROVER, " has another time") in told
    assert 1 == told.count((AUTHOR, " is approved"))
    assert 1 == told.count((AUTHOR, " was sent back"))


def test_the_usual_month_takes_few_presses(
    browsers: list[StaffBrowser], record_property: Callable[[str, object], None]
) -> None:
    """From the first page to the approval; signing in is not counted, typing needs no press."""
    author, _second, approver = browsers
    presses: list[str] = []

    def press(person: StaffBrowser, role: Literal["link", "button"], name: str) -> None:
        presses.append(name)
        found = person.page.locator("main").get_by_role(role, name=name, exact=True)
        found.first.click()

    author.open("/")
    press(author, "link", "Write December 2026")
    author.page.locator("#subject").fill("Has your work changed?")
    press(author, "button", "Ready for approval")
    press(author, "button", "Ask for approval")
    author.sees("Asked approver@example.org by email.")
    approver.open("/")
    press(approver, "link", "December 2026")
    press(approver, "link", "Approve…")
    press(approver, "button", "Approve")
    approver.sees("approver@example.org approved it.")
    record_property("presses of the usual month", len(presses))
    assert len(presses) <= PRESSES_MAX
