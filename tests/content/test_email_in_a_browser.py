"""The email as Chromium shows it: axe-core and html-validate, narrow and wide, light and dark."""

from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser

from campaigns.content import preview
from campaigns.content.compile import compile_message
from campaigns.writing import samples
from tests.browser import checks
from tests.browser.chromium import chromium
from tests.content.samples import MONTH

pytestmark = pytest.mark.browser

PORTAL = "https://portal.example.org"
PAGES = {
    name: preview.sample(compile_message(content(MONTH), MONTH), portal_url=PORTAL).html
    for name, content in (("en", samples.sample_content), ("both", samples.bilingual_content))
}
WIDTHS = (320, 390, 700)
SCHEMES = ("light", "dark")
ARGUED = {
    "no-inline-style": "mail programs drop style sheets",
    "no-deprecated-attr": "Outlook for Windows goes by attributes, as it does by <a name>",
    "no-conditional-comment": "they are how Outlook for Windows is told its widths",
    "prefer-tbody": "the tables lay out, they hold no rows of data",
    "prefer-native-element": "some webmail drops <article>, and none drops its role on a div",
}
"""Rules of html-validate that are about pages on the web, and why an email breaks them."""
OF_A_WHOLE_PAGE = ("landmark-one-main", "region")
"""An email lies inside a webmail's page, which has the landmarks."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize("name", PAGES)
def test_it_can_be_read_by_everybody(browser: Browser, name: str) -> None:
    checks.require()
    found = {}
    for width, scheme in product(WIDTHS, SCHEMES):
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        page = context.new_page()
        page.set_content(PAGES[name])
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[width, scheme] = [
            *(each for each in checks.axe(page) if not each.startswith(OF_A_WHOLE_PAGE)),
            *([f"{wide} pixels wide"] if wide > width else []),
        ]
        context.close()

    assert {each: [] for each in found} == found


@pytest.mark.parametrize("name", PAGES)
def test_its_html_is_valid_but_for_what_mail_needs(name: str) -> None:
    checks.require()
    found = checks.html_validate({name: PAGES[name]})

    assert [] == [each for each in found if each.split(": ")[2] not in ARGUED]


def test_the_line_at_the_top_goes_to_the_welsh_half(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(PAGES["both"])

    page.get_by_text("hefyd yn Gymraeg isod").click()

    top = page.evaluate("document.querySelector('div[lang=cy]').getBoundingClientRect().top")
    assert abs(top) < 2
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_in_forced_colours_a_button_keeps_its_border(browser: Browser, name: str) -> None:
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.set_content(PAGES[name])
    borders = page.eval_on_selector_all(
        ".button", "all => all.map(each => getComputedStyle(each).borderTopWidth)"
    )

    assert ["2px"] * (2 if name == "both" else 1) == borders
    context.close()
