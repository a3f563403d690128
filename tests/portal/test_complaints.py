"""A way in for everybody, without a code, with the same answer for everybody."""

import re

import pytest
from sqlalchemy import select

from tenants.models import Complaint
from tests.portal.site import PortalSite

REFERENCE = re.compile(r"C-[A-Z2-9]{8}")
WRONG = {"address": "nobody@example.org", "text": "You use it wrongly."}


def _complaints(site: PortalSite) -> list[Complaint]:
    with site.platform.reading() as session:
        return list(session.scalars(select(Complaint)))


def test_a_tenant_and_a_stranger_get_the_same_answer(site: PortalSite) -> None:
    site.new_tenant("T-001")
    answers = [
        site.browser.post("/complain", data={**WRONG, "address": address})
        for address in ("tenant-001@example.org", "nobody@example.org")
    ]

    assert [200, 200] == [answer.status_code for answer in answers]
    tenants, strangers = (REFERENCE.sub("REF", answer.text) for answer in answers)
    assert tenants == strangers
    assert ["portal", "portal"] == [each.source for each in _complaints(site)]


@pytest.mark.parametrize("fields", [{}, {"address": "nobody"}, {"text": " "}, {"text": "x" * 4001}])
def test_what_is_missing_is_asked_for_and_what_was_typed_stays(
    site: PortalSite, fields: dict[str, str]
) -> None:
    typed = {**WRONG, **fields} if fields else {}

    answer = site.browser.post("/complain", data=typed)

    assert 422 == answer.status_code
    assert typed.get("text", "").strip()[:20] in answer.text
    assert [] == _complaints(site)


def test_one_network_sends_ten_an_hour(site: PortalSite) -> None:
    codes = [site.browser.post("/complain", data=WRONG).status_code for _ in range(11)]

    assert [*[200] * 10, 429] == codes


def test_the_language_of_the_page_is_that_of_the_letter(site: PortalSite) -> None:
    answer = site.browser.post("/complain", data={**WRONG, "language": "cy"})

    assert "Mae eich cwyn gennym" in answer.text
    assert ["cy"] == [each.language for each in _complaints(site)]


def test_the_privacy_page_leads_there_and_says_who_and_why(site: PortalSite) -> None:
    page = site.browser.get("/privacy").text

    assert 'href="/complain"' in page
    for said in ("Version 6", "29 November 2026", "article 9(2)(a)", "eu-west-2", "ico.org.uk"):
        assert said in page
    assert "Fersiwn 6" in site.browser.get("/privacy?language=cy").text
