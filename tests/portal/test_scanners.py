"""Mail scanners: whatever opens links, runs scripts and presses buttons changes nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from links.signing import Purpose
from tests.browser.chromium import PATIENCE, chromium, serving
from tests.portal.site import AFTER_CLOSING, PortalSite

pytestmark = pytest.mark.browser
ONE_DATABASE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

BUTTONS = "button, input[type=submit]"
PREFETCH = """paths => Promise.all(paths.map(path => {
    const link = document.createElement("link");
    [link.rel, link.href] = ["prefetch", path];
    document.head.append(link);
    return fetch(path, { method: "HEAD" });
}))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def scanner(site: PortalSite, browser: Browser) -> Iterator[Page]:
    """Runs scripts, follows what it finds, and is not held by a page's own policy."""
    with serving(site.app) as address:
        context = browser.new_context(base_url=address, bypass_csp=True)
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
        assert context.cookies() == []
        context.close()


def _press_every_button(page: Page, path: str) -> int:
    """Open a page once for each of its buttons, and press that one; then all that follow it."""
    page.goto(path)
    count = page.locator(BUTTONS).count()
    for number in range(count):
        page.goto(path)
        page.locator(BUTTONS).nth(number).click()
        for _ in range(page.locator(BUTTONS).count()):
            page.locator(BUTTONS).first.click()
    return count


@ONE_DATABASE
def test_a_chromium_that_presses_every_button_without_choosing_changes_nothing(
    site: PortalSite, link_id: bytes, scanner: Page
) -> None:
    paths = [site.reply_path(link_id), site.stop_path(link_id)]
    before = site.every_row()
    scanner.goto("/privacy")
    scanner.evaluate(PREFETCH, paths)
    assert [_press_every_button(scanner, path) for path in paths] == [2, 2]
    site.open_month("2027-01")
    site.now = AFTER_CLOSING.replace(year=2027, month=1, day=10)
    before["rounds"] = site.every_row()["rounds"]
    assert _press_every_button(scanner, paths[0]) == 1
    assert site.every_row() == before


@ONE_DATABASE
def test_five_thousand_altered_links_open_nothing(site: PortalSite, link_id: bytes) -> None:
    """`make bench` tries two hundred thousand."""
    token = site.token(Purpose.REPLY, link_id)
    before = site.every_row()
    codes = set()
    for number in range(5000):
        place, letter = number % len(token), chr(33 + number % 90)
        altered = token[:place] + letter + token[place + 1 :]
        if altered != token and letter not in "#?/%\\":
            home = {"REMOTE_ADDR": f"198.51.{number % 100}.{number % 250}"}
            codes.add(site.browser.get(f"/r/{altered}", environ_base=home).status_code)
    assert codes == {404}
    assert site.every_row() == before
