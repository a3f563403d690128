"""A form sent without a script after the session ended: its text is kept, and only its own."""

from datetime import timedelta

import pytest

from tests.console import months
from tests.console.editing import COLLEAGUE, WRITE, begin, form_of, saved
from tests.console.site import AUTHOR, CSRF, ConsoleSite, Visitor, words_of

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

TYPED = "Typed after lunch, <b>and long</b>."
OUT_OF_DATE = "This form is out of date"


def _sign_in(site: ConsoleSite, visitor: Visitor, email: str = AUTHOR) -> None:
    link = site.link(email)
    assert 303 == visitor.post(link, form_at=link).status_code


@pytest.mark.parametrize("away", [timedelta(minutes=31), timedelta(hours=13)])
def test_a_text_sent_after_the_session_ended_is_saved_after_signing_in(
    site: ConsoleSite, away: timedelta
) -> None:
    author = begin(site)
    form = form_of(author.get(WRITE).text)
    tips = saved(site).tips
    form["closing"], form["do"] = TYPED, "save"
    site.clock.now += away
    shown = author.client.post(WRITE, data=form)
    assert 401 == shown.status_code
    assert "Nothing is lost" in words_of(shown)
    assert TYPED in words_of(shown)
    assert "<b>and long" not in shown.text

    _sign_in(site, author)
    again = author.client.post(WRITE, data=form)
    assert 400 == again.status_code
    assert "You are signed in again" in words_of(again)
    fresh = CSRF.search(again.text)
    assert fresh
    form["csrf_token"], form["do"] = fresh[1], ""
    assert 303 == author.client.post(WRITE, data=form).status_code
    assert (TYPED, tips) == (saved(site).closing, saved(site).tips)


def test_the_page_sends_what_the_editor_would(site: ConsoleSite) -> None:
    author = begin(site)
    page = author.get(WRITE).text
    form = form_of(page)
    site.clock.pass_(minutes=31)
    shown = author.client.post(WRITE, data=form).text
    sent = form_of(shown.replace('<form method="post"', '<form id="editor"', 1))
    for name in ("subject", "opening", "tip_title", "tip_body", "question", "was"):
        assert form.getlist(name) == sent.getlist(name)


@pytest.mark.parametrize("proof", ["", "x", "WyJhIiwiYiJd.x.y", "of another month", "a colleague"])
def test_no_words_are_put_into_a_form_that_is_not_ones_own(site: ConsoleSite, proof: str) -> None:
    author = begin(site)
    with site.campaign.writing() as session:
        months.hire_second_author(session, COLLEAGUE, now=site.clock.now)
    form = form_of(author.get(WRITE).text)
    whose, path = author, WRITE
    if proof == "of another month":
        path = "/campaigns/2027-01/write"
    elif proof == "a colleague":
        whose = site.signed_in(COLLEAGUE)
    else:
        form["proof"] = proof
    form["closing"], form["csrf_token"] = "PLANTED", "forged"
    answer = whose.client.post(path, data=form)
    assert (400, False) == (answer.status_code, "PLANTED" in answer.text)
    assert OUT_OF_DATE in answer.text
    signed_out = site.visitor().client.post(WRITE, data={**form, "proof": "x"})
    assert "PLANTED" not in signed_out.text


def test_a_form_of_another_site_is_refused_with_its_proof_too(site: ConsoleSite) -> None:
    author = begin(site)
    form = form_of(author.get(WRITE).text)
    answer = author.client.post(WRITE, data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert 403 == answer.status_code
