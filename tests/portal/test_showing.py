"""“Do you want your housing association to see these answers?”: expressly chosen, or not at all."""

from datetime import timedelta
from typing import Any

import pytest

from replies import submissions
from replies.vault.sealing import open_vault
from tenants.rights import evidence
from tests.api.client import ASSOCIATION
from tests.portal.site import A_FULL_REPLY, MONTH, NOTHING_CHANGED, PortalSite, carried

QUESTION = "Do you want your housing association to see these answers?"
WANTS_HELP = {"changed": "no-but-help", "support": ["rent"], "step": "show", "go": "send"}
SAFELY = {"show": "yes", "contact": ["text", "not-at-home"]}
NORTHFIELD = "Northfield Homes (example)"


def _shown_to(site: PortalSite, tenant_id: int) -> dict[str, str]:
    with site.platform.reading() as session:
        return submissions.shown_to(session, tenant_id)


def _listed(site: PortalSite) -> list[submissions.Submitted]:
    vault = open_vault(str(site.folder / "vault"))
    with site.platform.reading() as session:
        return submissions.listed(session, vault, housing_association=NORTHFIELD, limit=10)


def test_the_question_has_a_page_of_its_own_with_nothing_chosen(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    data = {**A_FULL_REPLY, "step": "check", "go": "send", "show": "yes", "contact": "phone"}
    page = site.browser.post(site.reply_path(link_id), data=data)
    assert f"<h1>{QUESTION}</h1>" in page.text
    assert " checked" not in page.text
    assert NORTHFIELD not in page.text
    assert site.answers_of(tenant_id) == []


def test_who_has_nothing_to_tell_is_not_asked(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    page = site.browser.post(site.reply_path(link_id), data={**NOTHING_CHANGED, **SAFELY})
    assert "Thank you" in page.text
    assert _shown_to(site, tenant_id) == {}


def test_back_from_the_question_is_the_last_look(site: PortalSite, link_id: bytes) -> None:
    page = site.browser.post(site.reply_path(link_id), data={**WANTS_HELP, **SAFELY, "go": "back"})
    assert "Check your answers" in page.text
    assert "show" not in carried(page)


def test_another_language_keeps_what_was_chosen(site: PortalSite, link_id: bytes) -> None:
    data = {**WANTS_HELP, **SAFELY, "go": "language-cy"}
    page = site.browser.post(site.reply_path(link_id), data=data)
    for field in ('value="yes"', 'value="text"', 'value="not-at-home"'):
        assert f"{field} checked" in page.text
    assert "Ydych chi am i’ch cymdeithas dai weld yr atebion hyn?" in page.text


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({}, "Choose yes or no"),
        ({"show": "on", "contact": "phone"}, "Choose from the answers on this page"),
        ({"show": ["yes", "yes"], "contact": "phone"}, "Choose one answer only"),
        ({"show": "yes\x00", "contact": "phone"}, "Choose from the answers on this page"),
        ({"show": "yes"}, "Choose at least one way that is safe for you"),
        ({"show": "yes", "contact": "not-at-home"}, "Choose at least one way that is safe for you"),
        ({"show": "yes", "contact": "pigeon"}, "Choose from the answers on this page"),
    ],
)
def test_nothing_is_sent_before_the_choice_is_clear(
    site: PortalSite, tenant_id: int, link_id: bytes, chosen: dict[str, Any], said: str
) -> None:
    page = site.browser.post(site.reply_path(link_id), data={**WANTS_HELP, **chosen})
    assert (page.status_code, said in page.text) == (422, True)
    assert site.answers_of(tenant_id) == []


def test_no_is_no(site: PortalSite, tenant_id: int, link_id: bytes) -> None:
    page = site.browser.post(site.reply_path(link_id), data={**WANTS_HELP, **SAFELY, "show": "no"})
    assert "Your housing association does not see these answers" in page.text
    assert (len(site.answers_of(tenant_id)), _shown_to(site, tenant_id)) == (1, {})


def test_the_association_sees_what_was_not_left_out_and_how_to_call(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    data = {**A_FULL_REPLY, **SAFELY, "left-out": ["benefits"], "step": "show", "go": "send"}
    page = site.browser.post(site.reply_path(link_id), data=data)

    (seen,) = _listed(site)
    hidden = {"benefits", "benefits-which"}
    assert seen.safe_contact == ("text", "not-at-home")
    assert seen.answers == {
        key: ["work"] if key == "topics" else given
        for key, given in A_FULL_REPLY.items()
        if key not in hidden
    }
    assert site.answers_of(tenant_id) == [A_FULL_REPLY]
    receipt = page.text.partition("What your housing association sees")[2]
    assert "My job ended" in receipt
    assert "A text message" in receipt
    assert "My benefits" not in receipt


def test_how_to_call_lies_beside_the_reply_as_a_ciphertext(
    site: PortalSite, link_id: bytes
) -> None:
    site.browser.post(site.reply_path(link_id), data={**WANTS_HELP, **SAFELY})
    (row,) = site.every_row()["submissions"]
    assert "not-at-home" not in row


def test_a_spent_link_with_a_yes_changes_nothing(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    path = site.reply_path(link_id)
    site.browser.post(path, data={**WANTS_HELP, "show": "no"})
    assert site.browser.post(path, data={**WANTS_HELP, **SAFELY}).status_code == 200
    assert _shown_to(site, tenant_id) == {}


def test_a_yes_is_stored_together_with_the_reply_or_not_at_all(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    fresh = site.new_link(tenant_id)
    site.browser.post(site.reply_path(link_id), data={**WANTS_HELP, **SAFELY})
    site.browser.post(site.reply_path(fresh), data={**WANTS_HELP, "show": "no"})
    assert _shown_to(site, tenant_id) == {}


def _sent(site: PortalSite, path: str) -> dict[str, str]:
    """What the last page's form holds after a reply that was shown."""
    page = site.browser.post(path, data={**WANTS_HELP, **SAFELY})
    return {"undo": carried(page)["undo"][0]}


def test_one_press_on_the_last_page_takes_it_back_and_one_deletes_it(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    path = site.reply_path(link_id)
    token = _sent(site, path)
    assert _shown_to(site, tenant_id) == {MONTH: ASSOCIATION}

    page = site.browser.post(path, data={**token, "do": "take-back"})
    assert "Your housing association does not see it" in page.text
    assert (len(site.answers_of(tenant_id)), _shown_to(site, tenant_id)) == (1, {})

    page = site.browser.post(path, data={**token, "do": "delete"})
    assert "It is deleted" in page.text
    assert site.answers_of(tenant_id) == []


def test_the_press_is_of_its_own_reply_and_half_an_hour(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    path, start = site.reply_path(link_id), site.now
    _sent(site, path)
    spent = _sent(site, path)
    pages = [site.browser.post(path, data={**spent, "do": "delete"})]
    stranger = _sent(site, site.reply_path(site.new_link(site.new_tenant("T-002"))))
    pages.append(site.browser.post(path, data={**stranger, "do": "delete"}))
    assert {(200, True)} == {(page.status_code, "It is deleted" in page.text) for page in pages}
    assert 1 == len(site.answers_of(tenant_id))

    fresh = site.reply_path(site.new_link(tenant_id))
    mine = _sent(site, fresh)
    site.now = start + timedelta(minutes=31)
    page = site.browser.post(fresh, data={**mine, "do": "delete"})
    assert "That was too long ago" in page.text
    site.now = start + timedelta(minutes=30)
    site.browser.post(fresh, data={**mine, "do": "delete"})
    assert site.answers_of(tenant_id) == []


@pytest.mark.parametrize("given", ["x", "2026-12-03 x", "9999-12-31T00:00:00+00:00 é", " "])
def test_a_token_that_is_not_ours_takes_nothing_back(
    site: PortalSite, tenant_id: int, link_id: bytes, given: str
) -> None:
    path = site.reply_path(link_id)
    _sent(site, path)
    page = site.browser.post(path, data={"undo": given, "do": "delete"})
    assert page.status_code == 200
    assert 1 == len(site.answers_of(tenant_id))


def test_the_platform_hears_of_a_submission_and_of_no_other_reply(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    other = site.new_link(site.new_tenant("T-002"))
    for link, chosen in ((link_id, SAFELY), (other, {"show": "no"}), (link_id, SAFELY)):
        site.browser.post(site.reply_path(link), data={**WANTS_HELP, **chosen})
    with site.platform.reading() as session:
        told = [(row.tenant_id, row.action) for row in evidence.entries_after(session, 0, limit=10)]
    assert told == [(tenant_id, "reply-shown")]
