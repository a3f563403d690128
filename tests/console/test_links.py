"""Every link that anybody sees on a page of the console leads somewhere."""

import re
from datetime import datetime
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest

from campaigns.models import CampaignState
from tests.console import fictional, months
from tests.console.every_page import NOBODY, PLACES
from tests.console.site import PEOPLE, ConsoleSite

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

LINK = re.compile(r'<(?:a|iframe) [^>]*?(?:href|src)="([^"#][^"]*)"')
FORM = re.compile(r'<form method="post" action="([^"]*)"')
HERE = "http://localhost"
OVER = {"2027-05": CampaignState.CANCELLED, "2027-06": CampaignState.MISSED}
STARTS = {place.path.partition("#")[0] for place in PLACES.values() if place.path != "LINK"}
STARTS |= {f"/campaigns/{month}" for month in OVER}


@pytest.fixture
def now() -> datetime:
    return fictional.NOW


@pytest.mark.parametrize("who", [NOBODY, *PEOPLE])
def test_every_link_leads_somewhere(site: ConsoleSite, who: str) -> None:
    fictional.fill(site)
    with site.campaign.writing() as session:
        for month, state in OVER.items():
            months.in_state(session, month, state, now=site.clock.now)
    visitor = site.signed_in(who) if who else site.visitor()
    addresses = site.app.url_map.bind("localhost")
    waiting, seen, dead = set(STARTS), set(STARTS), set[tuple[str, int]]()
    while waiting:
        path = waiting.pop()
        answer = visitor.get(path)
        if path not in STARTS and answer.status_code not in (200, 303):
            dead.add((path, answer.status_code))
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        fresh = _leading_here(path, LINK.findall(answer.text)) - seen
        waiting, seen = waiting | fresh, seen | fresh
        for form in FORM.findall(answer.text):
            assert "POST" in addresses.allowed_methods(urlsplit(form).path), (path, form)
    assert set() == dead
    assert who == NOBODY or seen > STARTS


def _leading_here(path: str, targets: list[str]) -> set[str]:
    """Paths on this console; of the pages through the years only the first."""
    found = [urlsplit(urljoin(HERE + path, unescape(target))) for target in targets]
    return {
        each.path + (f"?{each.query}" if each.query else "")
        for each in found
        if f"{each.scheme}://{each.netloc}" == HERE and not each.query.startswith("from=")
    }
