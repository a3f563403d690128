"""Writing a month: every button works without a script."""

import pytest

from campaigns import staff
from campaigns.models import CampaignState, Role
from campaigns.planning import drafts
from campaigns.writing import samples
from tests.console import months
from tests.console.editing import (
    MONTH,
    WRITE,
    begin,
    form_of,
    press,
    saved,
)
from tests.console.site import ADMIN, APPROVER, AUTHOR, ConsoleSite

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_the_editor_sends_back_what_it_was_given(site: ConsoleSite) -> None:
    visitor = begin(site)
    before = saved(site)
    assert press(visitor, "save").location == f"/campaigns/{MONTH}"
    assert before == saved(site)


def test_what_is_typed_is_the_months_text(site: ConsoleSite) -> None:
    visitor = begin(site)
    answer = press(visitor, "save", subject="Has your work changed?")
    assert answer.location == f"/campaigns/{MONTH}"
    assert "Has your work changed?" == saved(site).subject
    assert "Saved, and nothing stands in the way of an approval." in visitor.text(
        f"/campaigns/{MONTH}"
    )


def test_tips_are_added_moved_and_removed_by_buttons(site: ConsoleSite) -> None:
    visitor = begin(site)
    first, second, third = saved(site).tips
    for do in ("tip-down:1", "tip-remove:3", "tip-add"):
        assert press(visitor, do).status_code == 303
    typed = saved(site)
    assert [second.title, first.title, ""] == [tip.title for tip in typed.tips]
    assert third not in typed.tips


def test_a_tip_of_the_library_is_inserted(site: ConsoleSite) -> None:
    visitor = begin(site)
    assert press(visitor, "tip-insert", starter="december-1").location == f"{WRITE}#tips-4-title"
    typed = saved(site)
    assert ("Pay day may come early", "") == (typed.tips[3].title, typed.tips[3].welsh_title)
    press(visitor, "tip-insert", starter="")
    assert "Choose a tip from the list first." in visitor.text(WRITE)


def test_a_text_in_both_languages_gets_a_tip_in_both(site: ConsoleSite) -> None:
    visitor = begin(site)
    press(visitor, "tip-insert", welsh_subject="Newid?", starter="december-1")
    assert "Gall diwrnod cyflog ddod yn gynnar" == saved(site).tips[3].welsh_title


def test_questions_are_sorted_left_out_and_asked_again(site: ConsoleSite) -> None:
    visitor = begin(site)
    work, hours, *others = saved(site).questions
    for do in ("question-down:work", "question-remove:health"):
        press(visitor, do)
    press(visitor, "question-add", another="health")
    typed = saved(site)
    kept = [question for question in others if question != "health"]
    assert (hours, work, *kept, "health") == typed.questions


@pytest.mark.parametrize("do", ["tip-up:99", "tip-remove:x", "question-up:nothing", "nonsense"])
def test_a_button_that_is_not_there_changes_nothing(site: ConsoleSite, do: str) -> None:
    visitor, before = begin(site), saved(site)
    assert press(visitor, do).status_code == 303
    assert before == saved(site)


def test_a_new_month_begins_with_last_months_text(site: ConsoleSite) -> None:
    visitor = begin(site)
    path = "/campaigns/2027-01/write"
    assert "Write January 2027" in visitor.text(path)
    form = form_of(visitor.get(path).text)
    form["do"] = "save"
    assert 303 == visitor.client.post(path, data=form).status_code
    with site.campaign.reading() as session:
        assert samples.sample_content(MONTH) == drafts.current(session, "2027-01")


def test_last_months_text_can_be_put_back(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        months.draft(session, "2026-11", now=site.clock.now)
    visitor = begin(site)
    press(visitor, "last-month", subject="Another one")
    assert samples.sample_content("2026-11").subject == saved(site).subject
    assert "Put back the subject as it was" in visitor.text(WRITE)
    press(visitor, "put-back:3")
    assert "Another one" == saved(site).subject


@pytest.mark.parametrize("state", [CampaignState.SENDING, CampaignState.SENT])
def test_a_month_that_went_out_is_not_written_any_more(
    site: ConsoleSite, state: CampaignState
) -> None:
    with site.campaign.writing() as session:
        months.in_state(session, MONTH, state, now=site.clock.now)
    visitor = site.signed_in(AUTHOR)
    assert 409 == visitor.get(WRITE).status_code
    assert 404 == visitor.get("/campaigns/2026-01/write").status_code


def test_only_authors_write(site: ConsoleSite) -> None:
    begin(site)
    for email in (APPROVER, ADMIN):
        assert 403 == site.signed_in(email).get(WRITE).status_code


def test_every_view_shows_the_very_bytes_that_are_sent(site: ConsoleSite) -> None:
    visitor = begin(site)
    sent = dict.fromkeys(("phone", "desktop", "dark"), "html") | {"text": "txt"}
    for view, part in sent.items():
        message = visitor.get(f"/campaigns/{MONTH}/message.{part}").data
        assert message == visitor.get(f"{WRITE}/preview?view={view}").data
        shown = visitor.get(f"/campaigns/{MONTH}?view={view}").text
        assert f'src="/campaigns/{MONTH}/message.{part}"' in shown


def test_a_look_at_another_view_saves_what_was_typed(site: ConsoleSite) -> None:
    visitor = begin(site)
    answer = press(visitor, "view:text", subject="Only to look at")
    assert f"{WRITE}?view=text#seeing" == answer.location
    page = visitor.get(answer.location).text
    assert 'data-view="text" aria-pressed="true"' in page
    shown = visitor.get(f"{WRITE}/preview?view=text")
    assert "Only to look at" in shown.text
    assert "text/plain; charset=utf-8" == shown.headers["Content-Type"]
    assert shown.headers["Content-Security-Policy"].startswith(
        "sandbox allow-same-origin; default-src 'none'"
    )
    assert "Only to look at" == saved(site).subject


def test_an_author_who_may_approve_too_sees_both_doors(site: ConsoleSite) -> None:
    visitor = begin(site)
    with site.campaign.writing() as session:
        staff.add(session, email=APPROVER, roles=[Role.AUTHOR], by="tests", now=site.clock.now)
    said = site.signed_in(APPROVER).text(f"/campaigns/{MONTH}")
    assert "Write Approve…" in said
    assert "Ask for approval" in said
    assert "Approve…" not in visitor.text(f"/campaigns/{MONTH}")
