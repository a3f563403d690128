"""A language is data: one read from right to left is a folder, and its pages are mirrored."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import write_po
from playwright.sync_api import Page

from kit import languages
from portal import texts
from tests.browser.chromium import PATIENCE, chromium, serving
from tests.portal.every_page import PLACES, paths_of
from tests.portal.site import PortalSite

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]
CODE = "ar"
SAID = """
name = "\u0627\u0644\u0639\u0631\u0628\u064a\u0629"
locale = "ar"
direction = "rtl"
since = "\u0645\u0646\u0630 {day}"
first = "\u0645\u0646\u0630 \u0634\u0647\u0631"
[letters]
"""
MIRRORED = """() => {
  const middle = document.documentElement.clientWidth / 2;
  const centre = name => {
    const box = document.querySelector(name).getBoundingClientRect();
    return box.left + box.width / 2;
  };
  return [document.documentElement.dir, centre('.mark') > middle, centre('.language') < middle,
    centre('.leave a') < middle, centre('.choice input') > middle,
    document.documentElement.scrollWidth - document.documentElement.clientWidth];
}"""


@pytest.fixture
def third_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pseudo-locale: every text in English, between marks that are read from the right."""
    folder = tmp_path / CODE
    folder.mkdir()
    (folder / "language.toml").write_text(SAID, "utf-8")
    catalogue, written = Catalog(locale=CODE), BytesIO()
    for text in texts.every_text():
        catalogue.add(text, f"\u0627 {text} \u0627")
    write_po(written, catalogue)
    (folder / "portal.po").write_bytes(written.getvalue())
    monkeypatch.setitem(languages.ALL, CODE, languages.read(folder))


@pytest.fixture
def phone(third_language: None, site: PortalSite) -> Iterator[Page]:
    with serving(site.app) as address, chromium() as browser:
        context = browser.new_context(
            base_url=address, viewport={"width": 320, "height": 640}, locale=CODE
        )
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


def test_a_third_language_is_offered_and_its_pages_are_mirrored(
    site: PortalSite, phone: Page
) -> None:
    for name in ("question", "topics", "stop"):
        PLACES[name].visit(site, phone, paths_of(site, name))
        assert (name, ["rtl", True, True, True, True, 0]) == (name, phone.evaluate(MIRRORED))
        offered = phone.locator(".language button, .language a").all_inner_texts()
        assert (name, ["English", "Cymraeg"]) == (name, offered)
