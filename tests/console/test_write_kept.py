"""Nothing typed is ever lost: two editors, an ended session, a stale form, a lost race."""

import re
from datetime import timedelta

import pytest

from campaigns import staff
from campaigns.writing import samples, versions
from tests.console.editing import (
    BACKGROUND,
    COLLEAGUE,
    MONTH,
    WRITE,
    begin,
    colleague_saves,
    form_of,
    press,
    saved,
    typed_text,
)
from tests.console.site import ADMIN, AUTHOR, CSRF, ConsoleSite, words_of

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_an_unfinished_text_is_kept_and_says_what_to_put_right(site: ConsoleSite) -> None:
    visitor = begin(site)
    answer = press(visitor, "save", subject="", opening="See <b>this</b>")
    assert 422 == answer.status_code
    said = words_of(answer)
    assert "Not saved as a version yet" in said
    assert "Subject: the subject is empty; write what the email is about" in said
    assert "See &lt;b&gt;this&lt;/b&gt;" in visitor.get(WRITE).text
    assert samples.sample_content(MONTH) == saved(site)


def test_two_editors_never_overwrite_each_other(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    colleague_saves(site)
    answer = press(visitor, "save", form, closing="Mine.")
    assert 409 == answer.status_code
    said = words_of(answer)
    assert f"{COLLEAGUE} saved meanwhile" in said
    assert "Both texts are kept" in said
    assert ("Theirs.", "Mine.") == (saved(site).closing, (typed_text(site) or saved(site)).closing)


def test_after_looking_at_both_mine_may_go_on_top(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    colleague_saves(site)
    press(visitor, "save", form, closing="Mine.")
    page = visitor.get(f"{WRITE}/meanwhile").text
    shown = re.findall(r'type="hidden" name="base" value="(\d+)"', page)
    assert ["2", "2"] == shown
    form["base"] = "2"
    assert 303 == press(visitor, "mine", form).status_code
    with site.campaign.reading() as session:
        drafts_kept = versions.history(session, versions.find(session, MONTH))
    assert ["Mine.", "Theirs."] == [draft.content["closing"] for draft in drafts_kept[:2]]


def test_theirs_may_be_taken(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    colleague_saves(site)
    press(visitor, "save", form, closing="Mine.")
    press(visitor, "drop", form)
    assert typed_text(site) is None
    assert "Theirs." in visitor.get(WRITE).text


def test_a_session_that_ended_keeps_what_was_typed(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    site.clock.pass_(minutes=31)
    answer = press(visitor, "save", form, closing="Typed for an hour.")
    assert "/sign-in" == answer.location
    assert "what you typed is kept" in visitor.text("/sign-in")
    link = site.link(AUTHOR)
    assert WRITE == visitor.post(link, form_at=link).location
    assert "Typed for an hour." in visitor.get(WRITE).text


def test_a_session_ended_everywhere_keeps_nothing_on_the_server(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    with site.campaign.writing() as session:
        later = site.clock.now + timedelta(seconds=1)
        staff.end_sessions(session, email=AUTHOR, by=ADMIN, now=later)
    answer = press(visitor, "save", form, closing="Typed by whom?")
    assert 401 == answer.status_code
    assert "Typed by whom?" in answer.text
    assert typed_text(site) is None


def test_a_form_of_another_session_carries_its_text_on(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    visitor.post("/sign-out", form_at="/")
    out = press(visitor, "save", form, closing="Typed before.")
    assert 400 == out.status_code
    assert "Nothing you typed is lost" in words_of(out)
    link = site.link(AUTHOR)
    visitor.post(link, form_at=link)
    held = press(visitor, "keep", form)
    token = CSRF.search(held.text)
    assert token is not None
    form["csrf_token"] = token[1]
    assert 303 == press(visitor, "keep", form).status_code
    assert "Typed before." in visitor.get(WRITE).text


def test_typing_is_kept_by_the_script_and_checked(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    form["subject"] = ""
    answer = visitor.client.post(WRITE, data=form, headers=BACKGROUND)
    assert 200 == answer.status_code
    assert 'data-field="subject"' in answer.text
    assert "the subject is empty" in answer.text
    site.clock.pass_(minutes=31)
    form["subject"] = "Typed while away"
    assert 401 == visitor.client.post(WRITE, data=form, headers=BACKGROUND).status_code
    kept = typed_text(site)
    assert kept is not None
    assert "Typed while away" == kept.subject


def test_what_the_script_sent_before_the_own_save_is_not_kept_after_it(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    press(visitor, "save", closing="Saved.")
    form["closing"] = "Sav"
    assert 200 == visitor.client.post(WRITE, data=form, headers=BACKGROUND).status_code
    assert typed_text(site) is None
