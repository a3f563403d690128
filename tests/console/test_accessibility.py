"""axe-core and html-validate over every page: phone and desktop, light and dark, script or none."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize

from tests.browser import checks
from tests.browser.chromium import PATIENCE
from tests.console import fictional
from tests.console.every_page import NOBODY, PLACES
from tests.console.site import PEOPLE, ConsoleSite

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]

PHONE, DESKTOP = ViewportSize(width=320, height=640), ViewportSize(width=1280, height=900)
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")]
BATCH = 7
OPEN_HELP = "document.querySelectorAll('.page-help').forEach((help) => { help.open = true; })"
SCRIPTS = "**/static/*.js*"
CHANGED_BY_SCRIPT = ("sending", "write", "write-with-findings", "write-together")
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """[...document.querySelectorAll("button, .button, nav a, summary, .boxes label")]
    .map(one => [one.textContent.trim(), one.getBoundingClientRect()])
    .filter(([_, box]) => box.height < 24 && box.height > 1)
    .map(([name, box]) => `${name}: ${box.height}`)"""


def _batches() -> Iterator[tuple[str, ...]]:
    """The places of each person, a few at a time."""
    for who in (NOBODY, *PEOPLE):
        names = iter([name for name, place in PLACES.items() if place.who == who])
        while batch := tuple(islice(names, BATCH)):
            yield batch


@pytest.fixture
def now() -> datetime:
    return fictional.NOW


def _let_axe_in(route: Route) -> None:
    """A page that forbids every script, without that rule: axe-core is a script."""
    answer = route.fetch()
    kept = {
        name: value
        for name, value in answer.headers.items()
        if name.lower() != "content-security-policy"
    }
    route.fulfill(response=answer, headers=kept)


@contextmanager
def _signed_in(
    site: ConsoleSite, browser: Browser, address: str, who: str, *, script: bool = True
) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport=PHONE, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    context.route("**/sample-link", _let_axe_in)
    if not script:
        context.route(SCRIPTS, lambda route: route.abort())
    page = context.new_page()
    if who != NOBODY:
        page.goto(site.link(who))
        page.get_by_role("button", name="Sign in").click()
    yield page
    context.close()


BAR_AT_REST = """() => document.querySelectorAll(".save-bar")
    .forEach((bar) => { bar.style.position = "static"; })"""
"""The bar stays in sight and covers what has not been scrolled to yet, which axe would take for
covered. That nothing in focus is covered is tested in `editor_in_browser`."""


def _look(page: Page, number: int) -> list[str]:
    viewport, scheme = LOOKS[number]
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.evaluate(BAR_AT_REST)
    return checks.axe(page)


def _findings(site: ConsoleSite, page: Page, names: Iterable[str]) -> list[tuple[str, object]]:
    """What is found on these places, each looked at in all four ways."""
    found: list[tuple[str, object]] = []
    documents: dict[str, str] = {}
    for name in names:
        PLACES[name].visit(site, page)
        page.evaluate(OPEN_HELP)
        documents[name] = page.content()
        found += [(f"{name}: {LOOKS[n]}", finding) for n in range(4) for finding in _look(page, n)]
        page.set_viewport_size(PHONE)
        found += [(name, small) for small in page.evaluate(SMALL_TARGETS)]
        if wide := page.evaluate(OVERFLOW):
            found.append((name, f"is {wide} pixels wider than a small phone"))
    return [*found, *(("html-validate", each) for each in checks.html_validate(documents))]


@pytest.mark.parametrize("names", list(_batches()), ids=lambda names: names[0])
def test_no_page_has_a_finding(
    site: ConsoleSite, browser: Browser, address: str, names: tuple[str, ...]
) -> None:
    checks.require()
    fictional.fill(site)
    with _signed_in(site, browser, address, PLACES[names[0]].who) as page:
        assert [] == _findings(site, page, names)


def test_nor_has_one_without_the_script_that_changes_it(
    site: ConsoleSite, browser: Browser, address: str
) -> None:
    checks.require()
    fictional.fill(site)
    who = PLACES[CHANGED_BY_SCRIPT[0]].who
    with _signed_in(site, browser, address, who, script=False) as page:
        assert [] == _findings(site, page, CHANGED_BY_SCRIPT)
