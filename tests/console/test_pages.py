"""Each page in each state, for each role, with hostile text in every field."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from campaigns.content.fields import Content, Tip
from campaigns.models import Campaign, CampaignState, Cause, DeliveryState, Draft
from campaigns.planning import approval, drafts
from campaigns.ses import account
from campaigns.writing import messages, review
from tests.console import months
from tests.console.site import ADMIN, ANALYST, APPROVER, AUTHOR, PEOPLE, ConsoleSite

MONTH = "2026-12"
HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"


@pytest.mark.parametrize("state", list(CampaignState))
def test_a_month_is_shown_in_every_state(site: ConsoleSite, state: CampaignState) -> None:
    with site.campaign.writing() as session:
        campaign = months.in_state(session, MONTH, state, now=site.clock.now)
        if campaign.audience is not None:
            for each in DeliveryState:
                months.deliver(session, campaign, each, 3, cause="suppressed")
    visitor = site.signed_in(APPROVER)
    for view in ("phone", "desktop", "text"):
        assert visitor.get(f"/campaigns/{MONTH}?view={view}").status_code == 200
    assert visitor.get(f"/campaigns/{MONTH}/message.html").status_code == 200
    assert visitor.get(f"/campaigns/{MONTH}/progress").status_code == 200
    assert visitor.get("/").status_code == 200


def test_the_year_says_when_each_month_goes_and_what_is_missing(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        months.draft(session, "2027-01", now=site.clock.now)
    said = site.signed_in(AUTHOR).text("/")
    assert "January 2027 Draft Mon 4 Jan, 10:00" in said
    assert "An approver who did not write it approves it." in said
    moved = "moved from Saturday 1"
    assert f"May 2027 Tue 4 May, 10:00 {moved} The draft opens by itself 14 days before." in said


def test_the_year_says_that_a_month_was_sent(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        months.in_state(session, MONTH, CampaignState.SENT, now=site.clock.now)
    assert "December 2026 Sent Tue 1 Dec, 10:00 Done on Tue 1 Dec, 10:00." in site.signed_in(
        ANALYST
    ).text("/")


def test_a_new_console_shows_a_year_without_months(site: ConsoleSite) -> None:
    said = site.signed_in(AUTHOR).text("/")
    assert "July 2027 No series was set up yet." in said


@pytest.mark.parametrize("first", ["2026-13", "soon", "<script>", "1999-01"])
def test_a_year_from_no_month_is_a_sentence(site: ConsoleSite, first: str) -> None:
    answer = site.signed_in(AUTHOR).get(f"/?from={first}")
    assert answer.status_code == 422
    assert "is not a month; write one as 2026-12" in answer.text


@pytest.mark.parametrize("path", ["/campaigns/2026-13", "/campaigns/2027-06", "/nowhere"])
def test_what_is_not_there_is_a_calm_page(site: ConsoleSite, path: str) -> None:
    answer = site.signed_in(AUTHOR).get(path)
    assert answer.status_code == 404
    assert "Nothing here" in answer.text


def test_a_month_shows_how_its_emails_stand(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        campaign = months.in_state(session, MONTH, CampaignState.SENDING, now=site.clock.now)
        months.deliver(session, campaign, DeliveryState.SENT, 1200)
        months.deliver(session, campaign, DeliveryState.SENT, 6, feedback="bounce")
        months.deliver(session, campaign, DeliveryState.FAILED, 2, cause=Cause.MESSAGE_REJECTED)
        months.deliver(session, campaign, DeliveryState.QUEUED, 792)
    said = site.signed_in(AUTHOR).text(f"/campaigns/{MONTH}")
    assert "Going out now: 1,208 of 2,000 done." in said
    assert "2 failed: Amazon SES refused the message for this address" in said
    assert "Bounced 6 bounced: see why 0.5% of those sent" in said


def test_a_held_account_is_said_on_the_year_and_on_the_month(site: ConsoleSite) -> None:
    reason = "SES refuses to send for this account (ACCOUNT_SUSPENDED)."
    with site.campaign.writing() as session:
        months.in_state(session, MONTH, CampaignState.SENDING, now=site.clock.now)
        account.pause(session, reason=reason, now=site.clock.now)
    visitor = site.signed_in(APPROVER)
    assert reason in visitor.text("/")
    assert reason in visitor.text(f"/campaigns/{MONTH}")
    visitor.post("/sending/resume", form_at="/sending/resume")
    assert reason not in visitor.text("/")


def test_the_month_says_where_replies_are(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        months.draft(session, MONTH, now=site.clock.now)
    said = site.signed_in(ANALYST).text(f"/campaigns/{MONTH}")
    assert "Figures come once a month, protected; replies never reach Well Thought." in said


def test_the_preview_is_the_very_message_with_sample_links(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        campaign = months.approved(session, MONTH, now=site.clock.now)
        message = messages.load(session, str(campaign.content_hash))
    visitor = site.signed_in(AUTHOR)
    sample = f"{site.settings.console_url}/sample-link"
    copy = message.fill(reply_link=sample, stop_link=sample)
    filled = [copy.html, copy.text]
    assert [visitor.get(f"/campaigns/{MONTH}/message.{kind}").text for kind in ("html", "txt")] == (
        filled
    )
    assert "Nothing can be answered or stopped" in site.visitor().text("/sample-link")


def test_a_preview_can_run_nothing(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        months.draft(session, MONTH, now=site.clock.now)
    visitor = site.signed_in(AUTHOR)
    policy = visitor.get(f"/campaigns/{MONTH}/message.html").headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "<iframe sandbox title=" in visitor.get(f"/campaigns/{MONTH}").text


def test_hostile_text_in_every_field_stays_text(site: ConsoleSite) -> None:
    hostile = Content(
        subject=HOSTILE,
        preheader=HOSTILE,
        questions=(HOSTILE,),
        opening=HOSTILE,
        tips=(Tip(HOSTILE, HOSTILE),),
        closing=HOSTILE,
    )
    with site.campaign.writing() as session:
        campaign = months.draft(session, MONTH, now=site.clock.now, by=HOSTILE)
        campaign.state_reason = HOSTILE
        session.get_one(Draft, (campaign.id, 1)).content = hostile.as_json()
    visitor = site.signed_in(APPROVER)
    for path in ("/", f"/campaigns/{MONTH}", f"/campaigns/{MONTH}/approve", "/audit"):
        page = visitor.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
    assert visitor.get(f"/campaigns/{MONTH}/message.html").status_code == 404


def test_a_hostile_address_in_a_form_stays_text(site: ConsoleSite) -> None:
    visitor = site.signed_in(ADMIN)
    for path, form_at in (
        ("/suppressions/search", "/suppressions"),
        ("/suppressions/add", "/suppressions"),
        ("/staff/add", "/staff"),
    ):
        answer = visitor.post(path, form_at=form_at, address=HOSTILE, email=HOSTILE)
        assert answer.status_code == 422
        assert "<script>alert" not in answer.text


def test_a_text_that_cannot_go_says_what_to_put_right(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        campaign = months.draft(session, MONTH, now=site.clock.now)
        draft = session.get_one(Draft, (campaign.id, 1))
        draft.content = {**draft.content, "subject": ""}
    said = site.signed_in(APPROVER).text(f"/campaigns/{MONTH}")
    assert "Put right one thing in the text." in said
    assert "Must be put right Subject The subject is empty" in said
    assert "Approve…" not in said


def test_pages_carry_no_script_or_style_of_their_own(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        months.draft(session, MONTH, now=site.clock.now)
    visitor = site.signed_in(APPROVER)
    for path in ("/", f"/campaigns/{MONTH}", "/suppressions", "/audit", "/sign-out-everywhere"):
        answer = visitor.get(path)
        assert " style=" not in answer.text
        assert "<style" not in answer.text
        assert answer.text.count("<script") == answer.text.count("<script src=") == 1
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_by_browsers_under_their_fingerprint(site: ConsoleSite) -> None:
    with site.visitor().get("/static/console.css?v=1") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_no_page_names_a_recipient(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        campaign = months.in_state(session, MONTH, CampaignState.SENDING, now=site.clock.now)
        months.deliver(session, campaign, DeliveryState.FAILED, 3, cause="MESSAGE_REJECTED")
    visitor = site.signed_in(ADMIN)
    for path in ("/", f"/campaigns/{MONTH}", "/audit"):
        assert "tenant-" not in visitor.get(path).text


def test_a_voided_approval_says_why(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        months.approved(session, MONTH, now=site.clock.now)
        content = drafts.current(session, MONTH)
        changed = Content.from_json({**content.as_json(), "closing": "Thank you for reading."})
        later = site.clock.now + timedelta(seconds=1)
        drafts.save(session, month=MONTH, content=changed, by=AUTHOR, now=later)
    said = site.signed_in(APPROVER).text(f"/campaigns/{MONTH}")
    assert f"{AUTHOR} changed it after the approval" in said
    with site.campaign.reading() as session:
        states = session.scalars(select(Campaign.state)).all()
    assert states == [CampaignState.DRAFT]


@pytest.mark.parametrize("email", list(PEOPLE))
def test_everybody_sees_the_year(site: ConsoleSite, email: str) -> None:
    assert site.signed_in(email).get("/").status_code == 200


def test_a_text_is_compiled_once_however_many_pages_show_it(site: ConsoleSite) -> None:
    review._review.cache_clear()
    review._compiled.cache_clear()
    with site.campaign.writing() as session:
        months.draft(session, MONTH, now=site.clock.now)
    author = site.signed_in(AUTHOR)
    for path in ("/", f"/campaigns/{MONTH}", f"/campaigns/{MONTH}/write", "/"):
        assert author.get(path).status_code == 200
    assert author.get(f"/campaigns/{MONTH}/message.html").status_code == 200
    with site.campaign.writing() as session:
        approval.approve(session, month=MONTH, by=APPROVER, now=site.clock.now)
    assert 1 == review._compiled.cache_info().misses


def test_several_months_are_compiled_once_a_version_each(
    site: ConsoleSite,
) -> None:
    review._review.cache_clear()
    review._compiled.cache_clear()
    names = ("2026-12", "2027-01", "2027-02")
    with site.campaign.writing() as session:
        for name in names:
            months.draft(session, name, now=site.clock.now)
    author, approver = site.signed_in(AUTHOR), site.signed_in(APPROVER)
    for _ in range(2):
        for path in ("/", *(f"/campaigns/{name}" for name in names)):
            assert author.get(path).status_code == approver.get(path).status_code == 200
    assert len(names) == review._compiled.cache_info().misses
    with site.campaign.writing() as session:
        content = drafts.current(session, names[1])
        changed = replace(content, closing="Thank you for reading.")
        drafts.save(session, month=names[1], content=changed, by=AUTHOR, now=site.clock.now)
    for path in ("/", *(f"/campaigns/{name}" for name in names)):
        assert author.get(path).status_code == 200
    assert len(names) + 1 == review._compiled.cache_info().misses


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.APPROVED, CampaignState.SENT])
def test_the_checks_are_shown_while_the_text_can_be_changed(
    site: ConsoleSite, state: CampaignState
) -> None:
    with site.campaign.writing() as session:
        months.in_state(session, MONTH, state, now=site.clock.now)
    said = site.signed_in(APPROVER).text(f"/campaigns/{MONTH}")
    assert (state != CampaignState.SENT) == ("Nothing to put right." in said)


def test_one_day_and_one_hour_are_not_many(site: ConsoleSite) -> None:
    author = site.signed_in(AUTHOR)
    rule = {"rule": "first-working-day", "send_time": "10:00", "days": "1", "hours": "1"}
    assert 303 == author.post("/series", form_at="/series", do="save", **rule).status_code
    assert "opens by itself 1 day before." in author.text("/")
    said = site.signed_in(ANALYST).text("/series")
    assert "The draft opens 1 day before It may be late by 1 hour" in said
