"""Cymraeg: every text, every page, and a switch that keeps the answers."""

import re

import pytest
from flask.testing import FlaskClient

from kit.languages import WELSH
from kit.months import month_name
from portal import texts
from portal.language import translations
from tests.portal.site import NOTHING_CHANGED, PortalSite, carried

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
BRAND = {"Check-in", "PIP"}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
WELSH_FIRST = {"Accept-Language": "cy-GB,cy;q=0.9,en;q=0.5"}


@pytest.fixture
def browser(site: PortalSite) -> FlaskClient:
    return site.browser


@pytest.fixture
def path(site: PortalSite, link_id: bytes) -> str:
    return site.reply_path(link_id)


def test_every_text_has_its_welsh_with_the_same_places_to_fill(backend: str) -> None:
    welsh = translations(WELSH)
    every = texts.every_text() - BRAND
    assert {text for text in every if welsh.gettext(text) == text} == set()
    for text in every:
        assert set(PLACEHOLDER.findall(welsh.gettext(text))) == set(PLACEHOLDER.findall(text))


def test_the_catalogue_on_disk_is_as_the_command_writes_it(backend: str) -> None:
    assert texts.PATH.read_bytes() == texts.up_to_date()


def test_months_have_their_welsh_names(backend: str) -> None:
    assert [month_name("2026-12", "cy"), month_name("2026-12", "en")] == [
        "Rhagfyr 2026",
        "December 2026",
    ]


def test_the_switch_keeps_what_was_chosen_on_the_page_and_before(
    browser: FlaskClient, path: str
) -> None:
    data = {"changed": "yes", "topics": ["work"], "work": "ended", "step": "work"}
    page = browser.post(path, data={**data, "go": "language-cy"})
    assert page.status_code == 200
    assert '<html lang="cy" dir="ltr">' in page.text
    assert "Beth sydd wedi newid am eich gwaith?" in page.text
    assert 'value="ended" checked' in page.text
    assert carried(page) == {
        "changed": ["yes"],
        "topics": ["work"],
        "step": ["work"],
        "language": ["cy"],
    }
    back = browser.post(path, data={**carried(page), "work": "ended", "go": "language-en"})
    assert '<html lang="en" dir="ltr">' in back.text
    assert "language" not in carried(back)


def test_a_whole_journey_stays_in_welsh(
    site: PortalSite, tenant_id: int, browser: FlaskClient, path: str
) -> None:
    page = browser.post(path, data={"step": "changed", "go": "on", "language": "cy"})
    assert "Dewiswch un ateb, neu “Gwell gen i beidio â dweud”" in page.text
    data = {**NOTHING_CHANGED, "language": "cy"}
    thanks = browser.post(path, data=data)
    assert "Mae’ch atebion gennym" in thanks.text
    assert "/privacy?language=cy" in thanks.text
    assert site.answers_of(tenant_id) == [{"changed": "no"}]


def test_a_browser_set_to_welsh_is_answered_in_welsh(browser: FlaskClient, path: str) -> None:
    assert '<html lang="cy" dir="ltr">' in browser.get(path, headers=WELSH_FIRST).text
    assert '<html lang="en" dir="ltr">' in browser.get(path, headers={"Accept-Language": "fr"}).text


def test_the_rosters_language_does_not_show(site: PortalSite, path: str, tenant_id: int) -> None:
    before = site.browser.get(path)
    with site.platform.writing() as session:
        session.merge(site.tenant(tenant_id)).language = "cy"
    assert site.browser.get(path).data == before.data


def test_the_stop_page_switches_and_keeps_the_choice(
    site: PortalSite, link_id: bytes, browser: FlaskClient
) -> None:
    before = site.every_row()
    data = {"choice": "pause", "go": "language-cy"}
    page = browser.post(site.stop_path(link_id), data=data)
    assert (page.status_code, "Oedi’r e-byst am dri mis" in page.text) == (200, True)
    assert 'value="pause" checked' in page.text
    assert site.every_row() == before


@pytest.mark.parametrize("language", ["fr", "", "cy\x00", "../en", "c" * 5000])
def test_an_unknown_language_is_english(browser: FlaskClient, path: str, language: str) -> None:
    for go in (f"language-{language}", "on"):
        page = browser.post(path, data={"step": "changed", "go": go, "language": language})
        assert '<html lang="en" dir="ltr">' in page.text
