"""Every page has help of its own, in plain words."""

import re
from datetime import datetime
from html import unescape

import pytest

from console import page_help
from tests.console import fictional
from tests.console.every_page import NOBODY, PLACES
from tests.console.site import AUTHOR, ConsoleSite, Visitor

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

HELP = re.compile(r'<details class="page-help">.*?<p>(.*?)</p>', re.DOTALL)

IN_THE_MAIL = "sample-link"
"""What a tenant would see is no page of the console; it says what it is for."""


@pytest.fixture
def now() -> datetime:
    return fictional.NOW


def test_every_page_has_help_with_what_it_is_for(site: ConsoleSite) -> None:
    fictional.fill(site)
    people: dict[str, Visitor] = {NOBODY: site.visitor()}
    for name, place in PLACES.items():
        if name == IN_THE_MAIL:
            continue
        path = site.link(AUTHOR) if place.path == "LINK" else place.path.partition("#")[0]
        if place.who not in people:
            people[place.who] = site.signed_in(place.who)
        answer = people[place.who].get(path)
        found = HELP.search(answer.text)
        assert found, name
        is_error = answer.status_code in (403, 404, 410)
        expected = page_help.ERROR.purpose
        assert is_error or unescape(found[1]) != expected, name


def test_help_is_short_and_the_same_place_of_words_has_it_all(site: ConsoleSite) -> None:
    for blueprint in set(site.app.blueprints):
        is_shown = blueprint not in ("health", "message", "write_paste", "write_preview")
        assert is_shown == (blueprint in page_help.BY_BLUEPRINT), blueprint
    assert set(page_help.BY_ENDPOINT) <= set(site.app.view_functions)
    for each in (*page_help.BY_BLUEPRINT.values(), *page_help.BY_ENDPOINT.values()):
        assert 40 < len(each.purpose) < 260
        assert 40 < len(each.press) < 260
