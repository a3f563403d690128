"""No page and no letter names a month or a day as a machine writes it: 2026-12, 2026-12-01."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page

from campaigns.planning import conversation, step_notices
from campaigns.planning.drafts import Schedule
from campaigns.planning.series import WINDOW
from tests.browser.chromium import PATIENCE
from tests.console import fictional
from tests.console.every_page import NOBODY, PLACES
from tests.console.site import APPROVER, AUTHOR, PEOPLE, ConsoleSite

ISO = re.compile(r".{0,40}\b20\d\d-(?:0\d|1[0-2])\b.{0,20}")
WEB_ADDRESS = re.compile(r"https?://\S+")
SAID = """() => {
    document.querySelectorAll("details").forEach((each) => { each.open = true; });
    const told = ["aria-label", "title", "alt", "placeholder"].flatMap((name) =>
        [...document.querySelectorAll(`[${name}]`)].map((each) => each.getAttribute(name)));
    return [document.title, document.body.innerText, ...told].join("\\n");
}"""
"""What a page says, folded parts and what is only read out included."""


@pytest.fixture
def now() -> datetime:
    return fictional.NOW


def _named(words: str) -> list[str]:
    return ISO.findall(WEB_ADDRESS.sub("", words))


def _talk(site: ConsoleSite) -> None:
    """Steps, times and rules that the audit and the letters tell of."""
    month, now = fictional.WRITTEN, site.clock.now
    with site.campaign.writing() as session:
        moved = Schedule(now.replace(year=2027, month=1, day=5), WINDOW)
        conversation.move(session, month=month, schedule=moved, by=AUTHOR, now=now)
        conversation.ask(session, month=month, by=AUTHOR, now=now)
        conversation.send_back(session, month=month, by=APPROVER, now=now, note="Which?")
    step_notices.tell(site.campaign, site.letters, console_url="http://console", clock=site.clock)


def _signed_in(site: ConsoleSite, browser: Browser, address: str, who: str) -> Page:
    context = browser.new_context(base_url=address)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    if who != NOBODY:
        page.goto(site.link(who))
        page.get_by_role("button", name="Sign in").click()
    return page


def test_what_is_looked_for_is_found() -> None:
    assert ["the email of 2026-12 goes"] == _named("the email of 2026-12 goes")
    assert ["at 2026-12-25T03:00"] == _named("at 2026-12-25T03:00")
    assert [] == _named("see https://console.example.org/campaigns/2026-12 and 2026-99")


@pytest.mark.browser
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", [NOBODY, *PEOPLE])
def test_no_page_says_a_month_or_a_day_in_figures(
    site: ConsoleSite, browser: Browser, address: str, who: str
) -> None:
    fictional.fill(site)
    _talk(site)
    page = _signed_in(site, browser, address, who)
    if who == AUTHOR:
        page.goto("/series")
        page.get_by_label("At", exact=True).fill("09:30")
        page.get_by_role("button", name="Save this rule").click()
        page.goto("/audit")
        assert [] == _named(page.evaluate(SAID))
    found = []
    for name, place in PLACES.items():
        if place.who == who:
            place.visit(site, page)
            found += [(name, each) for each in _named(page.evaluate(SAID))]
    page.context.close()
    assert [] == found
    said = [f"{letter.subject}\n{letter.text}" for _to, letter in site.letters.kept]
    assert [] == [each for each in map(_named, said) if each]
