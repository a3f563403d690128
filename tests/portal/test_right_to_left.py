"""A language is a folder: with one more, the pages, the letters and the roster have it."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import write_po
from jinja2 import FileSystemLoader
from playwright.sync_api import Page

from kit import languages
from links import keys
from portal import texts
from tenants.outbox import codes, mailer
from tenants.outbox.letters import Due, Kind
from tenants.roster import rows
from tests.browser.chromium import PATIENCE, chromium, serving
from tests.portal.every_page import PLACES, paths_of
from tests.portal.site import SENT, PortalSite

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
code = "\u0627 Your code \u0627"
"""
HELP = """
[nations]
wales = "\u0627 Wales \u0627"
[crisis.listeners]
name = "\u0627 Listeners \u0627"
address = "https://listeners.example/"
about = "\u0627 day or night \u0627"
call.everywhere = "116 123"
checked = 2026-11-28
[help.shelter]
name = "\u0627 Advice \u0627"
address = "https://advice.example/"
about = "\u0627 a plan \u0627"
call.wales = "01632 960 001"
checked = 2026-11-28
[official.universal-credit]
name = "\u0627 Report a change \u0627"
address = "https://official.example/"
checked = 2026-11-28
[official.council]
name = "\u0627 Your council \u0627"
address = "https://council.example/"
checked = 2026-11-28
"""
LETTER = "\u0627 Your code is {{ code }} \u0627"
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
    (folder / "organisations.toml").write_text(HELP, "utf-8")
    (folder / "letters").mkdir()
    (folder / "letters" / "code.txt").write_text(LETTER, "utf-8")
    catalogue, written = Catalog(locale=CODE), BytesIO()
    for text in texts.every_text():
        catalogue.add(text, f"\u0627 {text} \u0627")
    write_po(written, catalogue)
    (folder / "portal.po").write_bytes(written.getvalue())
    monkeypatch.setitem(languages.ALL, CODE, languages.read(folder))
    monkeypatch.setattr(mailer.TEXTS, "loader", FileSystemLoader(tmp_path))


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


def test_its_own_organisations_are_shown_the_fitting_ones_first(
    third_language: None, site: PortalSite
) -> None:
    link = site.reply_path(site.new_link(site.new_tenant()))
    page = site.browser.post(link, data=SENT | {"language": CODE}).text
    shown = re.findall(r'href="https://(official|advice|listeners)\.example/"', page)
    assert ["official", "advice", "listeners"] == shown
    assert "tel:01632960001" in page
    assert "Samaritans" not in page


def test_its_letters_are_sent_and_the_roster_takes_it(
    third_language: None, site: PortalSite
) -> None:
    ring = keys.load(site.folder / "links")
    asked = bytes(16)
    due = Due(1, Kind.CODE, "tenant-001@example.org", CODE, {"visit": asked.hex()})
    text = mailer.text_of(due, keys=ring, portal_url="https://example.org")
    assert f"\u0627 Your code is {codes.session_code(ring, asked)} \u0627" == text
    line = {
        "tenant_ref": "T-1",
        "email": "tenant-001@example.org",
        "housing_association": "Homes",
        "monthly_email": "yes",
        "language": CODE,
    }
    row = rows.read(list(line.values()), {name: at for at, name in enumerate(line)})
    assert CODE == row.language
