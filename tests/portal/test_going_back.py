"""Back and Forward at every step of every journey, in both languages, with script and without."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
from flask import template_rendered
from playwright.sync_api import Browser, Error, Page

from kit.templating import TEMPLATES
from portal import plain_pages
from portal.data.actions import OF_A_REPLY, OF_A_TENANT
from tests.browser.chromium import PATIENCE, chromium, serving
from tests.portal.every_page import paths_of
from tests.portal.journeys import JOURNEYS, LINK_ELSEWHERE, OUTSIDE, Journey, Press
from tests.portal.reader import Reader
from tests.portal.site import PortalSite

STATE = """() => [document.title, document.documentElement.lang,
    [...document.querySelectorAll("input:checked")].map(each => each.name + " " + each.value),
    [...document.querySelectorAll("input:is([type=text], [type=email]), textarea")]
        .filter(each => each.autocomplete !== "off").map(each => each.value)]"""
PRIVATE = """() => [
    ...document.querySelectorAll("input:checked, form dd, section dd, [name=undo], [name=visit]"),
    ...document.querySelectorAll("[name=changed][type=hidden]"),
    ...[...document.querySelectorAll("input:is([type=text], [type=email]), textarea")]
        .filter(each => each.value)].map(each => each.outerHTML)"""
MOMENT, MOMENTS = 50, 20
"""Milliseconds, and how many times: Chromium fills in a form some moments after the load."""
LANGUAGES = {"en": "cy", "cy": "en"}
"""The one that is pressed, by the one that is shown."""
ANSWERS = ("yes", "work", "ended", "now", "debts")
State = list[Any]


SQLITE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(params=["en", "cy"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def phone(
    site: PortalSite, browser: Browser, language: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    """With script in English, without in Welsh. Every other site is a page of this one's."""
    site.open_month("2027-01")
    with serving(site.app) as address:
        monkeypatch.setattr(plain_pages, "NEUTRAL_PAGE", _elsewhere(address))
        context = browser.new_context(
            base_url=address,
            viewport={"width": 360, "height": 640},
            has_touch=True,
            is_mobile=True,
            java_script_enabled=language == "en",
            locale={"en": "en-GB", "cy": "cy"}[language],
        )
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
        context.close()


@pytest.mark.browser
@SQLITE
@pytest.mark.parametrize("name", JOURNEYS)
def test_back_and_forward_at_every_step(
    reader: Reader, phone: Page, language: str, name: str
) -> None:
    BackAndForward(reader, phone, language).go(JOURNEYS[name])


@pytest.mark.browser
@SQLITE
def test_forward_keeps_a_choice_that_was_not_sent_yet(
    site: PortalSite, link_id: bytes, phone: Page
) -> None:
    _answer(phone, site.reply_path(link_id))
    _press(phone, 'button[value="send"]')
    for value in ("yes", "text"):
        phone.locator(f'input[value="{value}"]:not([type="hidden"])').check(force=True)
    chosen = phone.evaluate(STATE)
    phone.go_back()
    phone.go_forward()
    assert chosen == settled(phone, chosen)


@pytest.mark.browser
@SQLITE
def test_a_step_gone_back_to_can_be_answered_anew_and_sent(
    site: PortalSite, tenant_id: int, link_id: bytes, phone: Page
) -> None:
    _answer(phone, site.reply_path(link_id))
    for _ in ANSWERS:
        phone.go_back()
    phone.locator('input[value="no"]').check(force=True)
    for button in ("on", "send"):
        _press(phone, f'button[value="{button}"]')
    assert site.answers_of(tenant_id) == [{"changed": "no"}]


@pytest.mark.browser
@SQLITE
def test_a_reload_of_the_last_page_sends_nothing_again(
    site: PortalSite, link_id: bytes, phone: Page
) -> None:
    _answer(phone, site.reply_path(link_id))
    _press(phone, 'button[value="send"]')
    phone.locator('input[value="no"]').check(force=True)
    _press(phone, 'button[value="send"]')
    before = site.every_row()
    phone.reload()
    assert (1, before) == (phone.locator(".done").count(), site.every_row())


def test_every_page_and_every_choice_is_in_a_journey() -> None:
    steps = [step for journey in JOURNEYS.values() for step in journey.steps]
    shown = {step.shows for step in steps} | {journey.shows for journey in JOURNEYS.values()}
    folder = TEMPLATES / "portal"
    pages = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.html")
        if path.read_text().startswith("{% extends")
    }
    assert pages - {"one_question.html"} == shown - {OUTSIDE}
    pressed = " ".join(step.press for step in steps)
    assert [do for do in (*OF_A_TENANT, *OF_A_REPLY) if f'value="{do}' not in pressed] == []


class BackAndForward:
    """One journey on a phone, with Back and Forward pressed after each step."""

    def __init__(self, reader: Reader, page: Page, language: str) -> None:
        self.reader, self.page, self.language = reader, page, language
        self.devtools = page.context.new_cdp_session(page)
        self.entries = 1
        """How many pages lie in the history, the current one too."""
        self.before: State = []
        self.after: State = []

    def go(self, journey: Journey) -> None:
        site, rendered = self.reader.site, list[str]()
        paths = {"reply": "/", "stop": "/"} | paths_of(site, "T-009")
        site.now = journey.now

        def note(*_: object, template: Any, **__: object) -> None:
            rendered.append(template.name)

        with template_rendered.connected_to(note, site.app):
            self.page.goto(journey.start.format(**paths))
            assert [journey.shows] == rendered
            for number, step in enumerate(journey.steps):
                rendered.clear()
                self._step(step)
                assert (number, [step.shows or "privacy.html"]) == (number, rendered)
                self._back_and_forward(step)

    def _step(self, step: Press) -> None:
        page = self.page
        for value in step.chooses:
            page.locator(f'input[value="{value}"]:not([type="hidden"])').check(force=True)
        for field, text in step.types.items():
            page.locator(field).fill(text.format(code=self.reader.code()) if "{" in text else text)
        self.before = page.evaluate(STATE)
        self.reader.site.now += timedelta(seconds=5)
        if step.press == LINK_ELSEWHERE:
            assert page.locator(step.press).count()
            page.goto(_elsewhere(page.url))
        else:
            _press(page, step.press)
        self.entries += 1
        self.after = page.evaluate(STATE)
        if step.switches:
            self.language = LANGUAGES[self.language]
        if step.shows:
            assert self.language == self.after[1]
            assert page.locator("main :is(a, button)").count()

    def _back_and_forward(self, step: Press) -> None:
        if step.forgets:
            self._nothing_is_left()
        else:
            self._move("go_back")
            assert self.before == settled(self.page, self.before)
        if step.returns:
            self.entries -= 1
            return
        if not step.forgets:
            self._move("go_forward")
        assert self.after == settled(self.page, self.after)

    def _nothing_is_left(self) -> None:
        """Go back to the first page and forward again; Chromium has its own for what it forgot."""
        for _ in range(1, self.entries):
            self._move("go_back")
            if not self.page.url.startswith("chrome-error:"):
                self.page.wait_for_timeout(MOMENT * MOMENTS)
                assert [] == self.page.evaluate(PRIVATE)
        for _ in range(1, self.entries):
            self._move("go_forward")

    def _move(self, move: str) -> None:
        """Press Back or Forward, and wait for the page or for the one that stands for it."""
        wanted = self._entry() + {"go_back": -1, "go_forward": 1}[move]
        try:
            getattr(self.page, move)()
        except Error as error:
            if "ERR_CACHE_MISS" not in error.message:
                raise
        while self._entry() != wanted:
            self.page.wait_for_timeout(MOMENT)

    def _entry(self) -> int:
        """The place in the history; -1 while one page takes the place of another."""
        try:
            return int(self.devtools.send("Page.getNavigationHistory")["currentIndex"])
        except Error:
            return -1


def settled(page: Page, expected: State) -> State:
    """What the page shows: `expected`, or what it shows instead after a second."""
    for _ in range(MOMENTS):
        if expected == page.evaluate(STATE):
            return expected
        page.wait_for_timeout(MOMENT)
    return list(page.evaluate(STATE))


def _press(page: Page, button: str) -> None:
    """Press the first such button, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.locator(button).first.click()


def _answer(page: Page, path: str) -> None:
    page.goto(path)
    for value in ANSWERS:
        page.locator(f'input[value="{value}"]').first.check(force=True)
        _press(page, 'button[value="on"]')


def _elsewhere(address: str) -> str:
    """Another site, as the browser sees it."""
    return urljoin(address.replace("127.0.0.1", "localhost"), "/privacy")
