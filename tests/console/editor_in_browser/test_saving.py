"""What is typed is saved, whatever happens to the line."""

import random
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route, expect

from tests.console import months
from tests.console.editing import COLLEAGUE, MONTH, WRITE, saved
from tests.console.editor_in_browser.author import opened, wait_until_saved, write
from tests.console.site import AUTHOR, ConsoleSite

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]

INTERRUPTED = 50


def test_typing_is_the_months_text_without_a_press(site: ConsoleSite, page: Page) -> None:
    before = saved(site).closing
    write(page, " And more.")
    wait_until_saved(page)
    assert f"{before} And more." == saved(site).closing


def test_what_two_type_at_once_is_put_together(
    site: ConsoleSite, page: Page, browser: Browser, address: str
) -> None:
    with site.campaign.writing() as session:
        months.hire_second_author(session, COLLEAGUE, now=site.clock.now)
    elsewhere = browser.new_context(base_url=address)
    other = opened(site, elsewhere, COLLEAGUE)
    write(other, " From me.", "#subject")
    write(page, " From you.")
    wait_until_saved(other)
    wait_until_saved(page)
    expect(page.locator("#subject")).to_have_value(saved(site).subject)
    expect(other.locator("#closing")).to_have_value(saved(site).closing)
    assert (" From me.", " From you.") == (saved(site).subject[-9:], saved(site).closing[-10:])
    expect(page.get_by_text(COLLEAGUE).first).to_be_visible()
    elsewhere.close()


@pytest.mark.parametrize(
    ("box", "both"), [("closing", "Theirs.\n\nMine."), ("subject", "Theirs. Mine.")]
)
def test_who_changed_the_same_words_chooses_once(
    site: ConsoleSite, page: Page, browser: Browser, address: str, box: str, both: str
) -> None:
    with site.campaign.writing() as session:
        months.hire_second_author(session, COLLEAGUE, now=site.clock.now)
    page.context.set_offline(True)
    page.fill(f"#{box}", "Mine.")
    elsewhere = browser.new_context(base_url=address)
    other = opened(site, elsewhere, COLLEAGUE)
    other.fill(f"#{box}", "Theirs.")
    wait_until_saved(other)
    page.context.set_offline(False)
    expect(page.get_by_text("two of you changed the same words")).to_be_visible()
    assert ("Mine.", "Theirs.") == (page.input_value(f"#{box}"), saved(site).as_json()[box])
    page.get_by_role("button", name="Keep both").click()
    wait_until_saved(page)
    assert both == saved(site).as_json()[box]
    expect(page.get_by_text("two of you changed the same words")).to_have_count(0)
    elsewhere.close()


def test_a_save_that_was_given_up_and_arrives_late_asks_nobody(
    site: ConsoleSite, page: Page
) -> None:
    given_up: list[Callable[[], object]] = []

    def hold_the_first(route: Route) -> None:
        sent = route.request
        if sent.method != "POST" or given_up:
            route.continue_()
            return
        arrive = page.request.post
        given_up.append(partial(arrive, sent.url, data=sent.post_data, headers=sent.headers))
        route.abort()

    page.context.route(f"**{WRITE}", hold_the_first)
    write(page, " One")
    expect(page.locator("[data-status]")).to_contain_text("Not saved")
    wait_until_saved(page)
    write(page, " two.")
    write(page, " Typed on", "#subject")
    wait_until_saved(page)
    before = saved(site)
    given_up[0]()
    assert before == saved(site)
    write(page, " Three.")
    wait_until_saved(page)
    assert f"{before.closing} Three." == saved(site).closing
    expect(page.get_by_text("two of you changed the same words")).to_have_count(0)


def test_a_lost_line_warns_and_loses_nothing(site: ConsoleSite, page: Page) -> None:
    page.context.set_offline(True)
    page.fill("#closing", "Typed in a train")
    expect(page.locator("[data-status]")).to_contain_text("Not saved: the connection is away")
    page.context.set_offline(False)
    wait_until_saved(page)
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
    wait_until_saved(again)
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
    wait_until_saved(page)
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
        write(page, word, ("#closing", "#subject", "#tips-1-body")[number % 3])
        page.wait_for_timeout(60)
    while cut.left:
        write(page, ".", "#preheader")
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
