"""A portal whose public address ends with a folder."""

import re

import pytest

from kit import proxies
from tests.portal.site import NOTHING_CHANGED, PortalSite

FOLDER = "/check-in"


@pytest.fixture(params=["", FOLDER], ids=["taken off by the proxy", "passed on"])
def before(request: pytest.FixtureRequest, site: PortalSite) -> str:
    """What a request's path begins with, when it has come through the proxy."""
    proxies.serve_in_folder(site.app, f"https://example.org{FOLDER}")
    begins: str = request.param
    return begins


def test_every_address_on_a_page_begins_with_the_folder(
    site: PortalSite, link_id: bytes, before: str
) -> None:
    paths = (
        site.reply_path(link_id),
        site.stop_path(link_id),
        "/privacy",
        "/data",
        "/",
        "/nothing",
    )
    pages = [site.browser.get(before + path).text for path in paths]
    found = {at for page in pages for at in re.findall(r'(?:href|src|action)="(/[^"]*)"', page)}
    assert [at for at in found if not at.startswith(f"{FOLDER}/")] == []
    assert found


def test_a_reply_leads_to_the_thanks_in_the_folder(
    site: PortalSite, link_id: bytes, before: str
) -> None:
    answer = site.browser.post(before + site.reply_path(link_id), data=NOTHING_CHANGED)
    found = re.findall('(?:href|src|action)="(/[^"]*)"', answer.text)
    assert (200, []) == (
        answer.status_code,
        [at for at in found if not at.startswith(f"{FOLDER}/")],
    )
    assert site.browser.get(before + "/sent").status_code == 200


def test_without_a_folder_nothing_is_put_before_an_address(site: PortalSite) -> None:
    proxies.serve_in_folder(site.app, "https://example.org")
    assert 'href="/data"' in site.browser.get("/privacy").text
