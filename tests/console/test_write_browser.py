"""At the editor in a real browser: what is typed is saved, whatever happens to the line."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, expect

from tests.browser.chromium import PATIENCE
from tests.chaos import processes
from tests.console import months
from tests.console.editing import COLLEAGUE, MONTH, WRITE, begin, saved
from tests.console.site import AUTHOR, ConsoleSite
from tests.content.clipboard import OUTLOOK, SAMPLES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]

INTERRUPTED = 50
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


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(site: ConsoleSite, context: BrowserContext) -> Page:
    """The author's editor."""
    begin(site)
    return _opened(site, context, AUTHOR)


def _opened(site: ConsoleSite, context: BrowserContext, email: str) -> Page:
    page = context.new_page()
    page.goto(site.link(email))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="The year").wait_for()
    page.goto(WRITE)
    return page


def _is_saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_contain_text("Saved")


def _typed(page: Page, words: str, box: str = "#closing") -> None:
    """Put the caret at the end of a box and type."""
    page.focus(box)
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def test_typing_is_the_months_text_without_a_press(site: ConsoleSite, page: Page) -> None:
    before = saved(site).closing
    _typed(page, " And more.")
    _is_saved(page)
    assert f"{before} And more." == saved(site).closing


def test_what_two_type_at_once_is_put_together(
    site: ConsoleSite, page: Page, browser: Browser, address: str
) -> None:
    with site.campaign.writing() as session:
        months.hire_second_author(session, COLLEAGUE, now=site.clock.now)
    elsewhere = browser.new_context(base_url=address)
    other = _opened(site, elsewhere, COLLEAGUE)
    _typed(other, " From me.", "#subject")
    _typed(page, " From you.")
    _is_saved(other)
    _is_saved(page)
    expect(page.locator("#subject")).to_have_value(saved(site).subject)
    expect(other.locator("#closing")).to_have_value(saved(site).closing)
    assert (" From me.", " From you.") == (saved(site).subject[-9:], saved(site).closing[-10:])
    expect(page.get_by_text(COLLEAGUE).first).to_be_visible()
    elsewhere.close()


def test_who_changed_the_same_words_chooses_once(
    site: ConsoleSite, page: Page, browser: Browser, address: str
) -> None:
    with site.campaign.writing() as session:
        months.hire_second_author(session, COLLEAGUE, now=site.clock.now)
    page.context.set_offline(True)
    page.fill("#closing", "Mine.")
    elsewhere = browser.new_context(base_url=address)
    other = _opened(site, elsewhere, COLLEAGUE)
    other.fill("#closing", "Theirs.")
    _is_saved(other)
    page.context.set_offline(False)
    expect(page.get_by_text("two of you changed the same words")).to_be_visible()
    assert ("Mine.", "Theirs.") == (page.input_value("#closing"), saved(site).closing)
    page.get_by_role("button", name="Keep both").click()
    _is_saved(page)
    assert "Theirs.\n\nMine." == saved(site).closing
    expect(page.get_by_text("two of you changed the same words")).to_have_count(0)
    elsewhere.close()


def test_a_lost_line_warns_and_loses_nothing(site: ConsoleSite, page: Page) -> None:
    page.context.set_offline(True)
    page.fill("#closing", "Typed in a train")
    expect(page.locator("[data-status]")).to_contain_text("Not saved: the connection is away")
    page.context.set_offline(False)
    _is_saved(page)
    assert "Typed in a train" == saved(site).closing


def test_a_window_closed_without_a_line_loses_nothing(site: ConsoleSite, page: Page) -> None:
    context = page.context
    context.route(f"**{WRITE}", _cut_posts)
    page.fill("#closing", "Typed before the end")
    expect(page.locator("[data-status]")).to_contain_text("Not saved")
    warned: list[str] = []

    def leave(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.close(run_before_unload=True)
    page.wait_for_event("close")
    assert ["beforeunload"] == warned
    context.unroute(f"**{WRITE}")
    again = context.new_page()
    again.goto(WRITE)
    expect(again.locator("#closing")).to_have_value("Typed before the end")
    _is_saved(again)
    assert "Typed before the end" == saved(site).closing


def test_an_ended_session_loses_nothing(site: ConsoleSite, page: Page) -> None:
    site.clock.pass_(minutes=31)
    page.fill("#closing", "Typed after lunch")
    expect(page.locator("[data-status]")).to_contain_text("your session has ended")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.goto(site.link(AUTHOR))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name=f"Write December {MONTH[:4]}").wait_for()
    expect(page.locator("#closing")).to_have_value("Typed after lunch")
    _is_saved(page)
    assert "Typed after lunch" == saved(site).closing


def _cut_posts(route: Route) -> None:
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


class Interruptions:
    """Aborts requests before the console has them, or loses its answers, as chance has it."""

    def __init__(self, seed: int) -> None:
        self.chance, self.left = random.Random(seed), INTERRUPTED
        self.before = self.after = 0

    def __call__(self, route: Route) -> None:
        if route.request.method != "POST" or not self.left:
            route.continue_()
            return
        self.left -= 1
        if self.chance.random() < 0.5:
            self.before += 1
        else:
            self.after += 1
            route.fetch()
        route.abort()


def test_fifty_interrupted_saves_lose_no_byte(site: ConsoleSite, page: Page) -> None:
    cut = Interruptions(16)
    page.evaluate("""() => { const later = window.setTimeout;
        window.setTimeout = (work, wait) => later(work, Math.min(wait, 150)); }""")
    page.context.route(f"**{WRITE}", cut)
    before = saved(site)
    words = [f" word{number}" for number in range(120)]
    for number, word in enumerate(words):
        _typed(page, word, ("#closing", "#subject", "#tips-1-body")[number % 3])
        page.wait_for_timeout(60)
    while cut.left:
        _typed(page, ".", "#preheader")
        page.wait_for_timeout(200)
    expect(page.locator("[data-status]")).to_have_text("Saved")
    now = saved(site)
    assert INTERRUPTED == cut.before + cut.after
    assert 0 < cut.before < INTERRUPTED
    assert before.closing + "".join(words[0::3]) == now.closing
    assert before.subject + "".join(words[1::3]) == now.subject
    assert before.tips[0].body + "".join(words[2::3]) == now.tips[0].body
    assert page.input_value("#preheader") == now.preheader


def test_a_removed_tip_is_put_back_in_place(site: ConsoleSite, page: Page) -> None:
    tips = saved(site).tips
    page.get_by_role("button", name="Remove tip 2").click()
    expect(page.locator("fieldset.tip")).to_have_count(len(tips) - 1)
    page.get_by_role("button", name=f"Put back the tip “{tips[1].title}”").click()
    expect(page.locator("#tips-2-title")).to_have_value(tips[1].title)
    assert tips == saved(site).tips


def test_ctrl_z_undoes_the_toolbar(page: Page) -> None:
    page.fill("#closing", "")
    page.click("#closing")
    page.keyboard.type("Thank you.")
    page.keyboard.press("Control+A")
    bar = page.get_by_role("group", name="Marks for Closing")
    bar.get_by_role("button", name="Bold").click()
    assert "**Thank you.**" == page.input_value("#closing")
    page.keyboard.press("Control+Z")
    assert "Thank you." == page.input_value("#closing")


def test_the_preview_stays_where_somebody_looks(page: Page) -> None:
    frame = page.frame(name="preview")
    assert frame is not None
    frame.wait_for_load_state()
    frame.evaluate("scrollTo(0, 500)")
    with page.expect_response(lambda answer: "/write/preview" in answer.url):
        _typed(page, " More words.")
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


PASTE = """([html, text]) => {
    const box = document.querySelector("#closing"), data = new DataTransfer();
    box.focus();
    data.setData("text/html", html);
    data.setData("text/plain", text);
    const event = { clipboardData: data, bubbles: true, cancelable: true };
    const isTaken = !box.dispatchEvent(new ClipboardEvent("paste", event));
    if (!isTaken) document.execCommand("insertText", false, text);
}"""


def test_thirty_clipboards_are_pasted_as_text_and_taken_back(page: Page) -> None:
    for sample in SAMPLES:
        page.fill("#closing", "")
        page.evaluate(PASTE, [sample.html, "plain words"])
        assert sample.text == page.input_value("#closing"), sample.name
    page.keyboard.press("Control+Z")
    assert SAMPLES[-1].text != page.input_value("#closing")


def test_what_is_pasted_is_said_and_saved(site: ConsoleSite, page: Page) -> None:
    page.fill("#closing", "")
    page.evaluate(PASTE, [OUTLOOK[0].html, ""])
    expect(page.locator("#closing ~ [data-said]")).to_contain_text(OUTLOOK[0].said)
    processes.wait_until(lambda: saved(site).closing == OUTLOOK[0].text, "the pasted text")


def test_a_paste_without_a_line_puts_the_plain_words_in(page: Page) -> None:
    page.fill("#closing", "")
    page.context.set_offline(True)
    page.evaluate(PASTE, ["<b>Free</b> advice", "Free advice"])
    assert "Free advice" == page.input_value("#closing")


def _select(page: Page, start: int, end: int) -> None:
    page.focus("#closing")
    page.evaluate(f"document.querySelector('#closing').setSelectionRange({start}, {end})")


def test_keys_and_buttons_set_marks_and_take_them_away_again(page: Page) -> None:
    bar = page.get_by_role("group", name="Marks for Closing")
    for words, start, end, press, marked in (
        ("Ask early", 0, 3, "Control+b", "**Ask** early"),
        ("Ask early", 0, 4, "Control+b", "**Ask** early"),
        ("Ask early", 4, 9, "Control+i", "Ask *early*"),
        ("**Ask** early", 2, 5, "Control+i", "***Ask*** early"),
        ("one\ntwo", 0, 7, "Control+b", "**one**\n**two**"),
        ("one\ntwo", 0, 7, "List", "- one\n- two"),
    ):
        page.fill("#closing", words)
        _select(page, start, end)
        for wanted in (marked, words):
            if press == "List":
                bar.get_by_role("button", name=press).click()
            else:
                page.keyboard.press(press)
            if "\n" in words and press == "Control+b" and wanted == words:
                continue
            assert wanted == page.input_value("#closing")


def test_a_link_is_put_in_and_changed_by_a_dialog(page: Page) -> None:
    page.fill("#closing", "Ask StepChange first")
    _select(page, 4, 14)
    for address, written in (
        ("www.stepchange.org", "https://www.stepchange.org"),
        ("help@example.org", "mailto:help@example.org"),
        ("0800 138 1111", "tel:08001381111"),
    ):
        page.keyboard.press("Control+k")
        assert "StepChange" == page.get_by_label("Words to press").input_value()
        page.get_by_label("Address").fill(address)
        page.keyboard.press("Enter")
        expect(page.locator("#closing")).to_have_value(f"Ask [StepChange]({written}) first")
        _select(page, 6, 6)
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("#closing")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("#closing")).to_have_value(
        "Ask [StepChange](mailto:help@example.org) first"
    )


def test_a_finding_is_repaired_by_one_press_and_put_back(site: ConsoleSite, page: Page) -> None:
    page.fill("#closing", "Rent &amp; bills")
    page.locator("#closing-notes button").click()
    expect(page.locator("#closing")).to_have_value("Rent & bills")
    page.get_by_role("button", name="Put back").click()
    expect(page.locator("#closing")).to_have_value("Rent &amp; bills")


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
    page.set_viewport_size({"width": 390, "height": 844})
    page.focus("#closing")
    page.get_by_role("link", name="Preview").click()
    expect(page.locator("iframe[name=preview]")).to_be_in_viewport()
    page.get_by_role("link", name="Back to writing").click()
    expect(page.locator("#closing")).to_be_focused()
    expect(page.locator("#closing")).to_be_in_viewport()


def test_in_forced_colours_buttons_and_boxes_keep_their_edges(
    site: ConsoleSite, browser: Browser, address: str
) -> None:
    begin(site)
    forced = browser.new_context(base_url=address, forced_colors="active")
    page = _opened(site, forced, AUTHOR)
    edges = page.evaluate(
        """() => [...document.querySelectorAll("button:not(.unseen), .button, textarea, select")]
        .filter(each => each.checkVisibility())
        .filter(each => parseFloat(getComputedStyle(each).borderBottomWidth) < 1)
        .map(each => each.outerHTML.slice(0, 80))"""
    )
    assert [] == edges
    forced.close()
