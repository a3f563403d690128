"""“Show this to my housing association”: expressly chosen, or not at all."""

import pytest

from replies import submissions
from tests.portal.site import A_FULL_REPLY, MONTH, NOTHING_CHANGED, PortalSite

CHOICE = '<input type="checkbox" id="show" name="show" value="yes">'
WANTS_HELP = {"changed": "no-but-help", "support": ["rent"], "go": "send"}


def _shown_to(site: PortalSite, tenant_id: int) -> dict[str, str]:
    with site.platform.reading() as session:
        return submissions.shown_to(session, tenant_id)


def test_the_choice_is_offered_unticked_on_the_last_page(site: PortalSite, link_id: bytes) -> None:
    data = {**A_FULL_REPLY, "step": "support", "go": "on"}
    page = site.browser.post(site.reply_path(link_id), data=data)
    assert CHOICE in page.text
    assert "Show this to my housing association so that they can help" in page.text


def test_who_has_nothing_to_tell_is_not_asked(site: PortalSite, link_id: bytes) -> None:
    for answer in ("no", "not-said"):
        data = {"changed": answer, "step": "changed", "go": "on"}
        assert 'name="show"' not in site.browser.post(site.reply_path(link_id), data=data).text


@pytest.mark.parametrize(
    ("show", "shown"),
    [
        ({}, {}),
        ({"show": "yes"}, {MONTH: "Northfield Homes (example)"}),
        ({"show": "on"}, {}),
        ({"show": ["yes", "yes"]}, {}),
        ({"show": "yes\x00"}, {}),
    ],
)
def test_only_the_tick_itself_shows_the_reply(
    site: PortalSite, tenant_id: int, link_id: bytes, show: dict[str, str], shown: dict[str, str]
) -> None:
    page = site.browser.post(site.reply_path(link_id), data={**WANTS_HELP, **show})
    assert page.status_code == 200
    assert _shown_to(site, tenant_id) == shown


def test_a_tick_with_nothing_to_tell_shows_nothing(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    site.browser.post(site.reply_path(link_id), data={**NOTHING_CHANGED, "show": "yes"})
    assert _shown_to(site, tenant_id) == {}


def test_a_spent_link_with_the_tick_changes_nothing(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    path = site.reply_path(link_id)
    site.browser.post(path, data=WANTS_HELP)
    assert site.browser.post(path, data={**WANTS_HELP, "show": "yes"}).status_code == 200
    assert _shown_to(site, tenant_id) == {}


def test_a_tick_is_stored_together_with_the_reply_or_not_at_all(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    fresh = site.new_link(tenant_id)
    site.browser.post(site.reply_path(link_id), data={**WANTS_HELP, "show": "yes"})
    site.browser.post(site.reply_path(fresh), data=WANTS_HELP)
    assert _shown_to(site, tenant_id) == {}
