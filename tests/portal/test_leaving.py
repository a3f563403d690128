"""The way out at once, and a header that stays readable at large text."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from portal.plain_pages import NEUTRAL_PAGE
from tests.browser.chromium import PATIENCE, chromium, serving
from tests.portal.every_page import PLACES, paths_of
from tests.portal.site import PortalSite

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
OVERLAP = """percent => {
  const root = document.documentElement;
  root.style.fontSize = parseFloat(getComputedStyle(root).fontSize) * percent / 100 + 'px';
  const words = document.createRange();
  words.selectNodeContents(document.querySelector('.brand').lastElementChild);
  const link = document.querySelector('.language').getBoundingClientRect();
  const over = [...words.getClientRects()].some(
    box => box.right > link.left + 1 && box.bottom > link.top + 1 && box.top < link.bottom - 1);
  const wide = [...document.querySelectorAll('body *')].filter(
    each => each.getBoundingClientRect().right > root.clientWidth + 1
      && !each.closest('.unseen, .skip')).map(each => each.outerHTML.slice(0, 60));
  return [over, wide];
}"""


@pytest.fixture
def page(site: PortalSite) -> Iterator[Page]:
    with serving(site.app) as address, chromium() as browser:
        context = browser.new_context(base_url=address)
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


def test_leaving_clears_the_cache_and_lands_on_a_neutral_page(site: PortalSite) -> None:
    answer = site.browser.get("/leave")

    assert (303, NEUTRAL_PAGE) == (answer.status_code, answer.headers["Location"])
    assert '"cache"' == answer.headers["Clear-Site-Data"]
    assert "no-referrer" == answer.headers["Referrer-Policy"]


@pytest.mark.browser
def test_every_page_can_be_left_at_once(site: PortalSite, page: Page) -> None:
    for name, place in PLACES.items():
        place.visit(site, page, paths_of(site, name))
        link = page.get_by_role("link", name="Leave this page now")
        assert (name, 1) == (name, link.count())


@pytest.mark.browser
@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("width", [320, 360, 390])
def test_large_text_never_prints_the_language_over_the_brand(
    site: PortalSite, page: Page, width: int, percent: int
) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    for name in ("question", "topics", "stop"):
        PLACES[name].visit(site, page, paths_of(site, name))
        assert [False, []] == page.evaluate(OVERLAP, percent)
