"""Pages of figures on paper and on a phone: what is read is in sight, nothing is cut off."""

from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.chromium import PATIENCE
from tests.console import fictional
from tests.console.drawn import NORTH
from tests.console.site import ANALYST, ConsoleSite
from tests.console.test_accessibility import OVERFLOW

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]

A4 = ViewportSize(width=680, height=960)
"""A4 in portrait with margins of 15 mm, in pixels of 1/96 inch."""
PRESSED = (".top", ".filter", ".files", ".skip", "summary")
WIDER = """[...document.querySelectorAll("main *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 90))"""


@pytest.fixture
def now() -> datetime:
    return fictional.NOW


@pytest.fixture
def paper(site: ConsoleSite, browser: Browser, address: str) -> Page:
    """An analyst's browser that shows pages as they are printed."""
    fictional.fill(site)
    page = browser.new_page(base_url=address, viewport=A4)
    page.set_default_timeout(PATIENCE)
    page.goto(site.link(ANALYST))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Figures").first).to_be_visible()
    page.emulate_media(media="print", color_scheme="light")
    return page


@pytest.mark.parametrize(
    "path",
    [
        "/reports",
        "/reports/2026-10?group=North+Homes+%26+Co+%28example%29",
        "/reports/compare?group=North+Homes+%26+Co+%28example%29",
    ],
)
def test_a_page_fits_the_sheet_and_shows_nothing_to_press(paper: Page, path: str) -> None:
    paper.goto(path)

    for pressed in PRESSED:
        assert [] == [one for one in paper.locator(pressed).all() if one.is_visible()]
    assert [] == paper.evaluate(WIDER)
    assert 0 == paper.evaluate(OVERFLOW)


def test_the_tables_are_printed_without_being_opened(paper: Page) -> None:
    paper.goto("/reports/2026-10?group=North+Homes+%26+Co+%28example%29")

    question = paper.get_by_role("region", name="What has changed about your work?")
    expect(question.get_by_role("rowheader", name="My job ended")).to_be_visible()
    expect(question.get_by_role("cell", name="100.0%").first).to_be_visible()
    expect(paper.get_by_role("heading", name=NORTH)).to_be_visible()


def test_on_a_phone_what_a_difference_may_mean_is_in_sight(paper: Page) -> None:
    paper.emulate_media(media="screen")
    paper.set_viewport_size({"width": 360, "height": 740})
    paper.goto("/reports/compare?group=North+Homes+%26+Co+%28example%29")

    words = paper.get_by_text("More than chance.", exact=True).first
    expect(words).to_be_visible()
    box = words.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 360


def test_a_months_table_shows_several_months_together_without_scrolling(paper: Page) -> None:
    paper.emulate_media(media="screen")
    for width in (1280, 360):
        paper.set_viewport_size({"width": width, "height": 740})
        paper.goto("/reports/2026-10?group=North+Homes+%26+Co+%28example%29")
        question = paper.get_by_role("region", name="What has changed?", exact=True)
        question.get_by_text("Table, with several months together").click()

        heading = question.get_by_role("columnheader", name="12 months together")
        expect(heading).to_be_visible()
        assert question.locator(".wide").evaluate("one => one.scrollWidth <= one.clientWidth")
