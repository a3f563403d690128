"""“Is this email real?”: the root of the portal."""

from pathlib import Path

import pytest

from kit.database import Database
from kit.languages import BETWEEN
from replies.form import rounds
from tests.portal.site import MONTH, SUBJECT, PortalSite, build

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_the_root_says_what_the_newest_email_looks_like(site: PortalSite) -> None:
    page = site.browser.get("/")
    for fact in (SUBJECT, "1 December 2026", "check-in@example.org", "127.0.0.1:8001/"):
        assert fact in page.text
    welsh = site.browser.get("/?language=cy").text
    assert ("go iawn" in welsh, "1 Rhagfyr 2026" in welsh, SUBJECT in welsh) == (True, True, True)


def test_each_half_of_a_joint_subject_is_in_its_own_language(site: PortalSite) -> None:
    with site.platform.writing() as session:
        rounds.find(session, MONTH).subject = f"{SUBJECT}{BETWEEN}Oes rhywbeth wedi newid?"
    page = site.browser.get("/").text
    for words in (
        f'lang="en">{SUBJECT}</span> / <',
        'lang="cy">Oes rhywbeth wedi newid?</span></dd>',
    ):
        assert words in page


def test_it_knows_nobody(site: PortalSite) -> None:
    before = site.browser.get("/")
    site.browser.get(site.reply_path(site.new_link(site.new_tenant())))
    assert before.data == site.browser.get("/").data


def test_who_stands_behind_it_is_shown_as_the_operator_said(
    platform_db: Database, tmp_path: Path
) -> None:
    said = {"company": "An Example Ltd", "company_number": "00000000"}
    page = build(platform_db, tmp_path / "keys", **said).browser.get("/").text
    assert ("An Example Ltd" in page, "Company number 00000000" in page) == (True, True)
    assert "Registered office" not in page


def test_before_the_first_email_it_claims_none(site: PortalSite) -> None:
    site.now = site.now.replace(month=11)
    page = site.browser.get("/").text
    assert (SUBJECT in page, "We have not sent one yet" in page) == (False, True)


def test_the_email_s_welsh_line_opens_the_form_in_welsh(site: PortalSite, link_id: bytes) -> None:
    answer = site.browser.get(f"/cy{site.reply_path(link_id)}", follow_redirects=True)
    assert ('lang="cy"' in answer.text, "Oes unrhyw beth wedi newid" in answer.text) == (True, True)


def test_the_email_s_welsh_half_opens_the_stop_page_in_welsh(
    site: PortalSite, link_id: bytes
) -> None:
    answer = site.browser.get(f"/cy{site.stop_path(link_id)}", follow_redirects=True)
    assert ('lang="cy"' in answer.text, "Stopio’r e-byst" in answer.text) == (True, True)
