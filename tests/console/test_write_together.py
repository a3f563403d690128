"""One text a month: what is typed is what everybody reads, and nobody's words are lost."""

import json
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from campaigns.models import CampaignState
from campaigns.planning import approval
from campaigns.writing import samples, versions
from tests.console import months
from tests.console.editing import (
    BACKGROUND,
    COLLEAGUE,
    MONTH,
    WRITE,
    Form,
    begin,
    colleague_saves,
    form_of,
    press,
    saved,
)
from tests.console.site import APPROVER, AUTHOR, ConsoleSite, Visitor, words_of

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

PAGE = f"/campaigns/{MONTH}"
NEW = "Other words than before"


def _reasons(site: ConsoleSite) -> list[str | None]:
    """Why each version was cut, the oldest first."""
    with site.campaign.reading() as session:
        drafts = versions.history(session, versions.find(session, MONTH))
    return [draft.cut_because for draft in reversed(drafts)]


def test_what_is_typed_is_what_is_tested_asked_about_and_approved(site: ConsoleSite) -> None:
    author = begin(site)
    form = form_of(author.get(WRITE).text)
    form["subject"] = NEW
    assert 200 == author.client.post(WRITE, data=form, headers=BACKGROUND).status_code
    approver = site.signed_in(APPROVER)
    assert NEW in author.text(PAGE)
    assert NEW in approver.text(f"{PAGE}/approve")
    author.post(f"{PAGE}/test", form_at=PAGE)
    assert NEW in site.letters.kept[-1][1].subject


def test_a_version_is_cut_where_it_means_something(site: ConsoleSite) -> None:
    author = begin(site)
    for number in range(3):
        press(author, "", closing=f"Typed {number}.")
    author.post(f"{PAGE}/test", form_at=PAGE)
    press(author, "", closing="After the test.")
    site.clock.pass_(minutes=11)
    press(author, "", closing="After a pause.")
    author.post(f"{PAGE}/ask", form_at=PAGE)
    assert ["saved", "tested", "quiet", "asked"] == _reasons(site)
    press(author, "", closing="And once more.")
    assert None is _reasons(site)[-1]


def test_an_unfinished_text_is_saved_and_says_what_to_put_right(site: ConsoleSite) -> None:
    visitor = begin(site)
    answer = press(visitor, "save", subject="", opening="See <b>this</b>")
    assert 422 == answer.status_code
    said = words_of(answer)
    assert "Not ready for approval yet" in said
    assert "Subject: the subject is empty; write what the email is about" in said
    assert "See &lt;b&gt;this&lt;/b&gt;" in visitor.get(WRITE).text
    assert ("", "See <b>this</b>") == (saved(site).subject, saved(site).opening)


def test_two_who_change_different_fields_are_never_asked(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    colleague_saves(site)
    assert 303 == press(visitor, "save", form, subject=NEW).status_code
    assert (NEW, "Theirs.") == (saved(site).subject, saved(site).closing)


def test_two_who_change_the_same_words_see_both_and_choose(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    colleague_saves(site)
    answer = press(visitor, "save", form, closing="Mine.", subject=NEW)
    assert 409 == answer.status_code
    said = words_of(answer)
    assert "Closing: two of you changed the same words" in said
    assert f"{COLLEAGUE} wrote Theirs. You wrote Mine." in said
    assert ("Theirs.", NEW) == (saved(site).closing, saved(site).subject)
    again = form_of(answer.text)
    assert "Mine." == again["closing"]
    assert 303 == press(visitor, "save", again).status_code
    assert "Mine." == saved(site).closing


def test_a_script_is_told_of_a_conflict_and_of_what_it_was_based_on(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    before = saved(site).closing
    colleague_saves(site)
    form["closing"] = "Mine."
    answer = visitor.client.post(WRITE, data=form, headers=BACKGROUND).get_json()
    assert [{"field": "closing", "base": before}] == answer["conflicts"]
    assert ("Theirs.", "Mine.") == (answer["text"]["closing"], answer["shown"]["closing"])


def test_the_same_request_sent_again_changes_nothing(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    form["closing"] = "Typed once."
    first, second = (
        visitor.client.post(WRITE, data=form, headers=BACKGROUND).get_json() for _ in range(2)
    )
    assert first["text"] == second["text"]
    assert ([], "Typed once.") == (second["conflicts"], saved(site).closing)


def test_who_else_writes_is_shown_and_forgotten_when_they_left(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        months.hire_second_author(session, COLLEAGUE, now=site.clock.now)
    author, colleague = begin(site), site.signed_in(COLLEAGUE)
    press(colleague, "", closing="Theirs.")
    assert f"{COLLEAGUE} is writing: closing" in author.text(WRITE)
    assert COLLEAGUE not in colleague.text(WRITE).replace(f"{COLLEAGUE} {COLLEAGUE} Author", "")
    site.clock.pass_(seconds=31)
    assert "is writing" not in author.text(WRITE)


def test_whoever_typed_a_word_of_it_cannot_approve_it(site: ConsoleSite) -> None:
    author = begin(site)
    with site.campaign.writing() as session:
        months.hire_second_author(session, APPROVER, now=site.clock.now)
    press(site.signed_in(APPROVER), "", closing="One word.")
    press(author, "", subject=NEW)
    with site.campaign.reading() as session:
        writers = approval.authors_to_approve(session, versions.find(session, MONTH))
    assert {AUTHOR, APPROVER} == writers


def test_an_approved_text_is_not_typed_over_by_accident(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        months.approved(session, MONTH, now=site.clock.now)
    author = site.signed_in(AUTHOR)
    shut = author.get(WRITE).text
    assert "data-editor" not in shut
    assert "Change the text" in shut
    assert "data-editor" in author.get(f"{WRITE}?change=yes").text
    press(author, "", closing="Changed.")
    said = author.text(WRITE)
    assert f"{AUTHOR} changed it after the approval. Somebody has to approve again." in said
    with site.campaign.reading() as session:
        assert CampaignState.DRAFT == versions.find(session, MONTH).state


def test_a_removed_tip_is_put_back_beside_what_was_typed_since(site: ConsoleSite) -> None:
    author = begin(site)
    tips = saved(site).tips
    press(author, "tip-remove:2")
    assert f"Put back the tip “{tips[1].title}”" in author.text(WRITE)
    press(author, "", closing="Typed since.")
    press(author, "put-back:2")
    assert (tips, "Typed since.") == (saved(site).tips, saved(site).closing)
    assert ["saved", "removed", "taken_back"] == _reasons(site)
    press(author, "put-back:99")
    assert "no version 99" in author.text(WRITE)


def test_opening_the_editor_of_a_month_to_come_begins_nothing(site: ConsoleSite) -> None:
    visitor = begin(site)
    path = "/campaigns/2027-01/write"
    form = form_of(visitor.get(path).text)
    visitor.client.post(path, data=form, headers=BACKGROUND)
    assert 404 == visitor.get("/campaigns/2027-01").status_code
    form["closing"] = "Begun."
    visitor.client.post(path, data=form, headers=BACKGROUND)
    assert 200 == visitor.get("/campaigns/2027-01").status_code
    assert samples.sample_content(MONTH) == saved(site)


def test_typing_keeps_the_session_and_an_open_page_alone_does_not(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    for headers, status in ((BACKGROUND, 200), ({"X-Checkin-Background": "idle"}, 401)):
        for _ in range(2):
            site.clock.now += timedelta(minutes=20)
            visitor.client.post(WRITE, data=form, headers=headers)
        assert status == visitor.client.post(WRITE, data=form, headers=headers).status_code


def test_a_form_that_lacks_what_it_was_based_on_is_refused(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    for was in ("", "[]", "{}", '{"subject": 1}', "x"):
        form["was"] = was
        answer = visitor.client.post(WRITE, data=form, headers=BACKGROUND)
        assert 422 == answer.status_code
        assert "Reload the page" in answer.text


def test_a_break_that_word_pastes_is_not_taken_for_another_persons_words(
    site: ConsoleSite,
) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    pasted = {**saved(site).as_json(), "closing": "One\u2028two\x0bthree."}
    form["closing"] = pasted["closing"]
    visitor.client.post(WRITE, data=form, headers=BACKGROUND)
    form["was"], form["closing"] = json.dumps(pasted), "One\u2028two\x0bthree and four."
    answer = visitor.client.post(WRITE, data=form, headers=BACKGROUND).get_json()
    assert ([], "One\ntwo\nthree and four.") == (answer["conflicts"], saved(site).closing)


def _turn(visitor: Visitor, form: Form, number: int, **fields: str) -> Any:
    """The page's script saves for the `number`th time; returns what it is answered."""
    sent = MultiDict([*form.items(multi=True), ("page", "a1"), ("turn", str(number))])
    for name, value in fields.items():
        sent[name] = value
    return visitor.client.post(WRITE, data=sent, headers=BACKGROUND).get_json()


def test_a_save_that_was_given_up_and_arrives_late_changes_nothing(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    text = saved(site)
    early = {**text.as_json(), "subject": "Typed and taken back", "closing": "Early."}
    _turn(visitor, form, 1, subject=early["subject"], closing="Early.")
    late = _turn(visitor, form, 2, was=json.dumps(early), closing="Late.")
    again = _turn(visitor, form, 1, subject=early["subject"], closing="Early.", do="tip-remove:1")
    assert late["text"] == again["text"]
    assert ([], "Late.", text.subject) == (
        again["conflicts"],
        saved(site).closing,
        saved(site).subject,
    )
    assert text.tips == saved(site).tips


def test_a_save_whose_answer_was_lost_is_done_once(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    _turn(visitor, form, 1, closing="Mine.")
    with site.campaign.writing() as session:
        months.hire_second_author(session, COLLEAGUE, now=site.clock.now)
    press(site.signed_in(COLLEAGUE), "", closing="Mine, and theirs.")
    again = _turn(visitor, form, 1, closing="Mine.")
    assert ([], "Mine, and theirs.") == (again["conflicts"], again["text"]["closing"])


def test_a_save_that_was_in_conflict_is_in_conflict_again(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    colleague_saves(site)
    first, again = (_turn(visitor, form, 1, closing="Mine.") for _ in range(2))
    assert ["closing"] == [each["field"] for each in again["conflicts"]]
    assert first["conflicts"] == again["conflicts"]
