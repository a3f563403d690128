"""What is on the screen: the preview beside the text, the bar, forced colours."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.editing import begin
from tests.console.editor_in_browser.author import opened, write
from tests.console.site import AUTHOR, ConsoleSite

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]

COVERED = """() => {
    const focused = document.activeElement, bar = document.querySelector(".save-bar");
    const [box, edge] = [focused.getBoundingClientRect(), bar.getBoundingClientRect()];
    const name = focused.getAttribute("aria-label") || focused.innerText || focused.id;
    const panel = focused.closest(".seeing");
    const clipped = panel ? panel.getBoundingClientRect().bottom : Infinity;
    const under = Math.min(Math.min(box.bottom, clipped) - edge.top, box.height);
    const isPane = focused.tagName === "IFRAME";
    const hidden = isPane && under < box.height - 24 ? 0 : under;
    return [name.slice(0, 30), Math.round(hidden), bar.contains(focused)];
}"""


def test_the_preview_stays_where_somebody_looks(page: Page) -> None:
    frame = page.frame(name="preview")
    assert frame is not None
    frame.wait_for_load_state()
    frame.evaluate("scrollTo(0, 500)")
    with page.expect_response(lambda answer: "/write/preview" in answer.url):
        write(page, " More words.")
    expect(page.frame_locator("[name=preview]").get_by_text("More words.")).to_have_count(1)
    scrolled: Any = frame.evaluate("scrollY")
    assert 500 == scrolled


def test_the_preview_shows_the_part_that_is_written(page: Page) -> None:
    page.frame_locator("[name=preview]").get_by_role("heading").first.wait_for()
    frame = page.frame(name="preview")
    assert frame is not None
    tops = []
    for box in ("#tips-3-body", "#subject"):
        page.focus(box)
        tops.append(
            frame.evaluate("document.querySelectorAll('h3')[2].getBoundingClientRect().top")
        )
    assert tops[0] < frame.evaluate("innerHeight") < tops[1]


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844), (320, 640), (640, 450)])
def test_no_stop_of_the_tab_key_lies_under_a_bar(page: Page, width: int, height: int) -> None:
    """A control is clear of the bar; the preview, a pane that scrolls, may reach below it."""
    page.set_viewport_size({"width": width, "height": height})
    page.reload()
    covered, stops = [], 0
    for _ in range(160):
        page.keyboard.press("Tab")
        name, under, is_over = page.evaluate(COVERED)
        if is_over:
            break
        stops += 1
        covered += [f"{name}: {under} px"] if under > 1 else []
    assert stops > 40
    assert [] == covered


def test_the_preview_is_one_press_away_on_a_phone_and_so_is_the_way_back(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 760})
    page.fill("#closing", "TODO the the day, £TBC. Friday 1 December 2026.")
    expect(page.locator("[data-finding]").nth(2)).to_be_attached()
    page.get_by_role("link", name="Preview").click()
    expect(page.locator("iframe[name=preview]")).to_be_in_viewport()
    assert page.evaluate(ABOVE_THE_BAR) > 40
    page.get_by_role("link", name="Back to writing").click()
    expect(page.locator("#closing")).to_be_focused()
    expect(page.locator("#closing")).to_be_in_viewport()


def test_in_forced_colours_buttons_and_boxes_keep_their_edges(
    site: ConsoleSite, browser: Browser, address: str
) -> None:
    begin(site)
    forced = browser.new_context(base_url=address, forced_colors="active")
    page = opened(site, forced, AUTHOR)
    edges = page.evaluate(
        """() => [...document.querySelectorAll("button:not(.unseen), .button, textarea, select")]
        .filter(each => each.checkVisibility())
        .filter(each => parseFloat(getComputedStyle(each).borderBottomWidth) < 1)
        .map(each => each.outerHTML.slice(0, 80))"""
    )
    assert [] == edges
    forced.close()


ABOVE_THE_BAR = """() => document.querySelector(".save-bar").getBoundingClientRect().top
    - document.querySelector("iframe").getBoundingClientRect().top"""

BELOW_THE_BAR = """() => {
    const bar = document.querySelector(".save-bar").getBoundingClientRect();
    return document.querySelector("iframe").getBoundingClientRect().bottom - bar.top;
}"""


@pytest.mark.parametrize("view", ["Phone", "Desktop", "Text only"])
def test_the_preview_beside_the_text_is_whole_on_a_laptop(page: Page, view: str) -> None:
    """However much the checks say, there is room for the email, and nothing of it is cut off."""
    page.set_viewport_size({"width": 1200, "height": 800})
    page.fill("#closing", "TODO the the [Name]. Friday 1 December 2026.\n\n((name)) £TBC")
    expect(page.locator("[data-finding]").nth(3)).to_be_attached()
    page.get_by_role("button", name=view, exact=True).click()
    page.focus("#closing")
    expect(page.locator("iframe[name=preview]")).to_be_in_viewport(ratio=0.99)
    box = page.locator("[data-device]").bounding_box()
    assert box is not None
    assert box["height"] > 200
    assert page.evaluate(BELOW_THE_BAR) <= 0


def test_what_is_written_is_seen_in_the_preview(page: Page) -> None:
    page.set_viewport_size({"width": 1200, "height": 800})
    page.frame_locator("[name=preview]").get_by_role("heading").first.wait_for()
    page.focus("#closing")
    expect(page.frame_locator("[name=preview]").locator(".closing").first).to_be_in_viewport()


def test_a_text_that_makes_no_email_is_told_in_the_consoles_own_look(page: Page) -> None:
    page.fill("#closing", "See [this](http://example.org).")
    frame = page.frame_locator("[name=preview]")
    expect(frame.get_by_role("heading", name="No preview yet")).to_be_visible()
    expect(frame.locator(".findings")).to_have_css("list-style-type", "none")
