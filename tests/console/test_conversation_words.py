"""What the pages and letters say of a month's conversation: who did what, once, to everybody."""

from datetime import timedelta

from campaigns.models import CampaignState
from campaigns.planning import series
from tests.console import months
from tests.console.editing import COLLEAGUE, begin, colleague_saves
from tests.console.site import APPROVER, AUTHOR, ConsoleSite, words_of
from tests.console.talking import PAGE, do, mailed, tick


def test_the_others_are_told_who_did_what_and_it_waits_for_its_authors(site: ConsoleSite) -> None:
    author, approver = begin(site), site.signed_in(APPROVER)
    do(approver, "approve")
    assert (AUTHOR, "December 2026 is approved") in mailed(site)
    do(approver, "withdraw", note="I was too fast.")
    where = author.text(PAGE)
    assert f"{APPROVER} withdrew the approval: “I was too fast.”" in where
    assert f"{APPROVER} withdrew the approval. “I was too fast.”" in author.text("/")
    assert "Waiting for you</h2>" in author.get("/").text

    do(approver, "approve")
    mailed(site)
    colleague_saves(site)
    assert f"{COLLEAGUE} changed it after the approval, so the approval is void." in author.text(
        "/"
    )
    tick(site)
    assert "changed it after the approval, so the approval of December 2026 is void." in (
        site.letters.kept[-1][1].text
    )
    assert 1 == author.text(PAGE).count("changed it after the approval, so the approval is void.")


def test_everybody_who_wrote_some_of_it_is_told_of_the_approval(site: ConsoleSite) -> None:
    author = begin(site)
    with site.campaign.writing() as session:
        months.hire_second_author(session, COLLEAGUE, now=site.clock.now)
    colleague_saves(site)
    author.post(f"{PAGE}/ask", form_at=PAGE)
    mailed(site)
    do(site.signed_in(APPROVER), "approve")
    told = [(AUTHOR, "December 2026 is approved"), (COLLEAGUE, "December 2026 is approved")]
    assert told == sorted(mailed(site))


def test_another_time_is_told_before_and_now(site: ConsoleSite) -> None:
    author, there = begin(site), f"{PAGE}/time"
    author.post(there, form_at=there, day="2026-12-02", time="11:00", hours="1")
    assert (
        "gave it another time. Before: Tuesday 1 December at 10:00, at most 48 hours late. "
        "Now: Wednesday 2 December at 11:00, at most 1 hour late." in author.text(PAGE)
    )


def test_a_month_on_hold_is_called_so_everywhere(site: ConsoleSite) -> None:
    begin(site)
    approver = site.signed_in(APPROVER)
    do(approver, "approve")
    do(approver, "hold")
    for page in (PAGE, "/"):
        assert '<span class="badge paused">On hold</span>' in approver.get(page).text
        assert "Approved</span>" not in approver.get(page).text


def test_a_step_that_cannot_be_taken_says_nothing_of_what_it_would_do(site: ConsoleSite) -> None:
    begin(site)
    approver = site.signed_in(APPROVER)
    do(approver, "approve")
    again = words_of(approver.get(f"{PAGE}/approve"))
    assert "This cannot be done to this month as it stands now." in again
    assert "You approve exactly this message" not in again
    assert "To whom" not in again


def test_a_refused_test_leads_back_to_the_month(site: ConsoleSite) -> None:
    author = begin(site)
    answer = author.post(f"{PAGE}/test", form_at=PAGE, choose="1")
    assert 409 == answer.status_code
    assert f'<a href="{PAGE}">Back to December 2026</a>' in answer.text


def test_a_cancelled_month_was_to_go(site: ConsoleSite) -> None:
    author = begin(site)
    assert "Goes Tuesday 1 December at 10:00" in author.text(PAGE)
    do(author, "cancel")
    said = author.text(PAGE)
    assert "Was to go Tuesday 1 December at 10:00" in said
    assert "At the latest" not in said
    assert "Nobody has approved what stands here now" not in said


def test_what_nobody_has_changed_is_as_last_month(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        earlier = site.clock.now - timedelta(days=29)
        months.in_state(session, "2026-11", CampaignState.SENT, now=earlier)
        series.open_drafts(session, now=site.clock.now - timedelta(days=1))
    colleague_saves(site)
    said = site.signed_in(APPROVER).text(f"{PAGE}/approve")
    assert "Opening: as last month" in said
