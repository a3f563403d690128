"""A month's conversation in the console: each side sees what the other said, and is told once."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from campaigns.models import CampaignState, StepKind
from campaigns.planning import conversation, step_notices
from campaigns.writing import versions
from kit.database import Database
from tests.console import months
from tests.console.editing import COLLEAGUE, MONTH, WRITE, begin, colleague_saves, press, saved
from tests.console.site import ADMIN, APPROVER, AUTHOR, ConsoleSite, build, words_of
from tests.console.talking import PAGE, do, mailed, tick


def test_a_month_is_asked_for_sent_back_approved_held_and_released(site: ConsoleSite) -> None:
    author, approver = begin(site), site.signed_in(APPROVER)
    site.letters.kept.clear()

    author.post(f"{PAGE}/ask", form_at=PAGE, note="Is the second tip clear?")
    assert [(APPROVER, "December 2026 waits for your approval")] == mailed(site)
    assert "Waiting for you</h2>" in approver.get("/").text
    assert "Is the second tip clear?" in approver.text("/")

    assert 303 == do(approver, "send-back", note="Which year?", field="tips.1.body")
    assert [(AUTHOR, "December 2026 was sent back")] == mailed(site)
    assert "Which year?" in author.text("/")
    assert "sent it back, about “Tip 1, text”. “Which year?”" in author.text(PAGE)
    assert "Waiting for you</h2>" not in approver.get("/").text

    author.post(f"{PAGE}/ask", form_at=PAGE)
    mailed(site)
    assert 303 == do(approver, "approve")
    assert [(AUTHOR, "December 2026 is approved")] == mailed(site)
    assert 303 == do(approver, "hold", note="The office is closed.")
    assert [(AUTHOR, "December 2026 is on hold")] == mailed(site)
    assert "On hold by approver@example.org. “The office is closed.”" in author.text(PAGE)
    assert 303 == do(author, "release")
    assert [(APPROVER, "December 2026 is not on hold any more")] == mailed(site)
    assert 303 == do(author, "withdraw", note="One more tip.")
    assert [(APPROVER, "December 2026: the approval was withdrawn")] == mailed(site)
    with site.campaign.reading() as session:
        assert CampaignState.DRAFT == versions.find(session, MONTH).state


def test_a_step_is_mailed_once_whoever_looks_first(site: ConsoleSite) -> None:
    author = begin(site)
    author.post(f"{PAGE}/ask", form_at=PAGE)
    mailed(site)

    assert 0 == tick(site)
    assert [] == mailed(site)


def test_a_step_taken_elsewhere_is_mailed_by_the_tick(site: ConsoleSite) -> None:
    begin(site)
    site.letters.kept.clear()
    with site.campaign.writing() as session:
        conversation.ask(session, month=MONTH, by=AUTHOR, now=site.clock.now, note="Please.")

    assert 1 == tick(site)
    ((to, letter),) = site.letters.kept
    assert APPROVER == to
    assert "“Please.”" in letter.text
    assert f"http://console{PAGE}" in letter.text


def test_an_edit_of_an_approved_text_is_told_to_whoever_approved_it(site: ConsoleSite) -> None:
    begin(site)
    approver = site.signed_in(APPROVER)
    do(approver, "approve")
    mailed(site)
    colleague_saves(site)
    tick(site)

    assert (APPROVER, "December 2026 has to be approved again") in mailed(site)
    page = words_of(approver.get(f"{PAGE}/approve"))
    assert "What is different since you approved it" in page
    assert "Theirs." in page
    assert f"Closing: {COLLEAGUE}" in page
    assert f"Opening: {AUTHOR}" in page


def test_sending_back_without_a_note_keeps_the_form(site: ConsoleSite) -> None:
    begin(site)
    approver = site.signed_in(APPROVER)
    answer = approver.post(f"{PAGE}/send-back", form_at=f"{PAGE}/send-back", note=" ")

    assert 422 == answer.status_code
    assert "Write what should be different" in words_of(answer)
    assert 'name="note"' in answer.text


@pytest.mark.parametrize(("who", "what"), [(AUTHOR, "send-back"), (ADMIN, "withdraw")])
def test_what_is_not_for_a_role_is_no_page_for_it(site: ConsoleSite, who: str, what: str) -> None:
    begin(site)
    assert 403 == site.signed_in(who).get(f"{PAGE}/{what}").status_code


@pytest.mark.parametrize(
    ("day", "time", "said"),
    [
        ("2026-12-25", "10:00", "is a bank holiday"),
        ("2026-12-08", "03:00", "is at night"),
        ("2027-01-04", "10:00", "another year"),
        ("2026-12-12", "10:00", "is a Saturday"),
    ],
)
def test_an_odd_time_is_asked_about_and_kept_where_it_is_meant(
    site: ConsoleSite, day: str, time: str, said: str
) -> None:
    author, there = begin(site), f"{PAGE}/time"
    typed = {"day": day, "time": time, "hours": "48"}
    answer = author.post(there, form_at=there, **typed)
    assert 200 == answer.status_code
    assert "Are you sure?" in words_of(answer)
    assert said in words_of(answer)

    sure = re.search(r'name="sure" value="([^"]*)"', answer.text)
    assert sure
    assert 303 == author.post(there, form_at=there, sure=sure[1], **typed).status_code
    assert said in author.text(PAGE)
    assert said in site.signed_in(APPROVER).text(f"{PAGE}/approve")


def test_a_time_that_a_colleague_changed_meanwhile_is_not_covered(site: ConsoleSite) -> None:
    author, there = begin(site), f"{PAGE}/time"
    base = re.search(r'name="base" value="(\d+)"', author.get(there).text)
    assert base
    typed = {"time": "10:00", "hours": "48", "base": base[1]}
    assert 303 == author.post(there, form_at=there, day="2026-12-08", **typed).status_code
    late = author.post(there, form_at=there, day="2026-12-09", **typed)

    assert 409 == late.status_code
    assert "Somebody changed the time meanwhile: it goes on Tue 8 Dec" in words_of(late)


def test_another_time_makes_no_version_and_tells_both(site: ConsoleSite) -> None:
    author, there = begin(site), f"{PAGE}/time"
    do(site.signed_in(APPROVER), "approve")
    mailed(site)
    author.post(there, form_at=there, day="2026-12-08", time="10:00", hours="48")

    assert [(APPROVER, "December 2026 has another time")] == mailed(site)
    with site.campaign.reading() as session:
        assert 1 == versions.find(session, MONTH).version
    assert "changed its time after the approval" in author.text(PAGE)


def test_cancelling_a_month_tells_the_others_once_with_the_note(site: ConsoleSite) -> None:
    author = begin(site)
    do(site.signed_in(APPROVER), "approve")
    mailed(site)
    do(author, "cancel", note="The office moves.")

    letter = site.letters.kept[-1][1]
    assert "“The office moves.”" in letter.text
    assert [(APPROVER, "December 2026 is cancelled")] == mailed(site)
    assert 0 == tick(site)
    said = author.text(PAGE)
    assert "author@example.org cancelled it. “The office moves.”" in said
    assert "Cancelled by author@example.org. “The office moves.”" in said


def test_the_page_for_approving_says_how_many_get_it(site: ConsoleSite) -> None:
    begin(site)
    approver = site.signed_in(APPROVER)
    assert "no list was handed over so far" in approver.text(f"{PAGE}/approve")
    with site.campaign.writing() as session:
        before = months.in_state(
            session, "2026-11", CampaignState.SENT, now=site.clock.now - timedelta(days=29)
        )
        before.audience = 1234
    page = approver.text(f"{PAGE}/approve")
    assert "1,234 people, if the list is as long as the last one." in page


def test_a_test_goes_to_chosen_colleagues_and_to_nobody_else(site: ConsoleSite) -> None:
    author = begin(site)
    site.letters.kept.clear()
    to = [AUTHOR, ADMIN, "tenant-001@example.org"]
    author.post(f"{PAGE}/test", form_at=PAGE, choose="1", to=to)
    assert [ADMIN, AUTHOR] == [address for address, _letter in site.letters.kept]

    answer = author.post(f"{PAGE}/test", form_at=PAGE, choose="1", to="tenant-001@example.org")
    assert "Choose at least one inbox" in words_of(answer)


def test_a_test_may_go_to_the_inboxes_that_the_settings_name(
    campaign_db: Database, tmp_path: Path, now: datetime
) -> None:
    site = build(campaign_db, tmp_path, now, test_inboxes="phone@example.org, desk@example.org")
    author = begin(site)
    site.letters.kept.clear()
    assert "phone@example.org" in author.text(PAGE)

    author.post(f"{PAGE}/test", form_at=PAGE, choose="1", to=["desk@example.org", AUTHOR])

    assert [AUTHOR, "desk@example.org"] == [address for address, _letter in site.letters.kept]


def test_somebody_who_is_added_is_invited(site: ConsoleSite) -> None:
    admin = site.signed_in(ADMIN)
    admin.post("/staff/add", form_at="/staff", email="new@example.org", roles="author")

    ((to, letter),) = site.letters.kept
    assert "new@example.org" == to
    assert "/sign-in" in letter.text
    admin.post("/staff/add", form_at="/staff", email="nobody", roles="author")
    assert 1 == len(site.letters.kept)


def test_each_kind_of_step_has_its_words() -> None:
    assert set(StepKind) == set(step_notices.SUBJECTS) == set(step_notices.SENTENCES)


def test_a_leftover_is_mended_at_one_press(site: ConsoleSite) -> None:
    author = begin(site)
    press(author, "save", closing="Ring us &amp; write.")
    page = author.get(WRITE).text
    assert 'value="repair:entities:closing"' in page
    assert "Write the characters themselves" in page

    press(author, "repair:entities:closing")
    assert "Ring us & write." == saved(site).closing
    assert "repair:" not in author.get(WRITE).text
