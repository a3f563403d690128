"""axe-core and html-validate over every page: at each size, light and dark, script or none."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser import checks
from tests.browser.chromium import PATIENCE, chromium, serving
from tests.portal.every_page import PLACES, paths_of
from tests.portal.site import PortalSite

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]

PHONE, DESKTOP = ViewportSize(width=320, height=640), ViewportSize(width=1280, height=900)
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
DOUBLED = ViewportSize(width=640, height=900)
SIZES = [(width, text) for width in (320, 360, 390) for text in (100, 150, 200)]
"""Widths of phones in CSS pixels, with the text's size in percent of what the page asks for."""
TEXT_SIZE = "percent => document.documentElement.style.fontSize = `${1.1875 * percent}%`"
SMALL_TARGETS = """[...document.querySelectorAll("button, .choice label, nav a, .language a")]
    .map(one => [one.textContent.trim(), one.getBoundingClientRect()])
    .filter(([_, box]) => box.height < 44 && box.height > 0)
    .map(([name, box]) => `${name}: ${box.height}`)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    checks.require()
    with chromium() as started:
        yield started


@pytest.fixture
def address(site: PortalSite) -> Iterator[str]:
    site.open_month("2027-01")
    with serving(site.app) as listening:
        yield listening


def _page(browser: Browser, address: str, *, script: bool) -> Page:
    context = browser.new_context(base_url=address, viewport=PHONE, java_script_enabled=script)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


@pytest.mark.parametrize("language", ["en", "cy"])
def test_no_page_has_a_finding(
    site: PortalSite, browser: Browser, address: str, language: str
) -> None:
    page = _page(browser, address, script=True)
    page.context.set_extra_http_headers({"Accept-Language": language})
    found: dict[str, list[str]] = {}
    documents: dict[str, str] = {}
    for name, place in PLACES.items():
        place.visit(site, page, paths_of(site, f"T-{name}"))
        documents[name] = page.content()
        for viewport, scheme in LOOKS if language == "en" else LOOKS[:1]:
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            found[f"{name}, {viewport['width']}, {scheme}"] = checks.axe(page)
    page.context.close()
    assert {place: findings for place, findings in found.items() if findings} == {}
    assert checks.html_validate(documents) == []


@pytest.mark.parametrize("language", ["en", "cy"])
def test_no_width_of_a_phone_and_no_size_of_text_brings_a_finding(
    site: PortalSite, browser: Browser, address: str, language: str
) -> None:
    page = _page(browser, address, script=True)
    page.context.set_extra_http_headers({"Accept-Language": language})
    found: dict[str, list[str]] = {}
    for name, place in PLACES.items():
        place.visit(site, page, paths_of(site, f"T-{name}"))
        for width, text in SIZES:
            page.set_viewport_size({"width": width, "height": 640})
            page.evaluate(TEXT_SIZE, text)
            where = f"{name}, {width}, {text} %"
            found[where] = checks.axe(page, layout_only=True)
            assert (where, page.evaluate(OVERFLOW)) == (where, 0)
    page.context.close()
    assert {place: findings for place, findings in found.items() if findings} == {}


def test_without_script_every_page_is_the_very_same(
    site: PortalSite, browser: Browser, address: str
) -> None:
    """So that what axe-core, which is a script itself, did not find is not there either."""
    documents = []
    for script in (True, False):
        page = _page(browser, address, script=script)
        for name, place in PLACES.items():
            ref = f"T-{name}-{script}"
            place.visit(site, page, paths_of(site, ref))
            documents.append((name, _without_the_tenant(page.content(), ref)))
        page.context.close()
    assert documents[: len(PLACES)] == documents[len(PLACES) :]


def test_every_page_fits_a_small_phone_and_text_twice_as_large(
    site: PortalSite, browser: Browser, address: str
) -> None:
    page = _page(browser, address, script=False)
    for name, place in PLACES.items():
        place.visit(site, page, paths_of(site, f"T-{name}"))
        assert (name, page.evaluate(SMALL_TARGETS)) == (name, [])
        assert (name, page.evaluate(OVERFLOW)) == (name, 0)
        page.set_viewport_size(DOUBLED)
        page.evaluate(TEXT_SIZE, 200)
        assert (name, page.evaluate(OVERFLOW)) == (name, 0)
        page.set_viewport_size(PHONE)
    page.context.close()


def _without_the_tenant(document: str, ref: str) -> str:
    """A page with neither the token of a visit or of a press, nor whose it is."""
    same = re.sub('name="(visit|undo)" value="[^"]+"', "", document)
    shown = re.sub(ref, "T", same, flags=re.IGNORECASE)
    return re.sub(r"C-[A-Z2-9]{8}", "REFERENCE", shown)
