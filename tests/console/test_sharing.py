"""Tests to oneself, asking for approval, the history, the rule and the audit's export."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from campaigns import staff
from campaigns.content.fields import Content
from campaigns.models import AuditEntry, CampaignState, DeliveryState, Role, Series
from campaigns.planning import drafts, series
from campaigns.writing import messages, versions
from tests.console import months
from tests.console.editing import press
from tests.console.site import ANALYST, APPROVER, AUTHOR, ConsoleSite, words_of

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

MONTH = "2026-12"
PAGE = f"/campaigns/{MONTH}"


def _begin(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        months.draft(session, MONTH, now=site.clock.now)


def _edit(site: ConsoleSite, closing: str, by: str = AUTHOR) -> None:
    with site.campaign.writing() as session:
        content = {**drafts.current(session, MONTH).as_json(), "closing": closing}
        drafts.save(
            session, month=MONTH, content=Content.from_json(content), by=by, now=site.clock.now
        )


def test_a_test_is_the_very_message_marked_and_with_sample_links(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        campaign = months.approved(session, MONTH, now=site.clock.now)
        message = messages.load(session, str(campaign.content_hash))
    site.signed_in(APPROVER).post(f"{PAGE}/test", form_at=PAGE)
    ((to, letter),) = site.letters.kept
    sample = f"{site.settings.console_url}/sample-link"
    copy = message.fill(reply_link=sample, stop_link=sample)
    assert (APPROVER, f"TEST: {copy.subject}", copy.html, copy.text) == (
        to,
        letter.subject,
        letter.html,
        letter.text,
    )


def test_tests_are_not_sent_without_end(site: ConsoleSite) -> None:
    _begin(site)
    visitor = site.signed_in(AUTHOR)
    codes = [visitor.post(f"{PAGE}/test", form_at=PAGE).status_code for _ in range(11)]
    assert [303] * 10 + [409] == codes
    site.clock.pass_(minutes=16)
    assert 303 == visitor.post(f"{PAGE}/test", form_at=PAGE).status_code


def test_approvers_who_did_not_write_it_are_asked(site: ConsoleSite) -> None:
    _begin(site)
    with site.campaign.writing() as session:
        staff.add(session, email=AUTHOR, roles=[Role.APPROVER], by="tests", now=site.clock.now)
    site.signed_in(AUTHOR).post(f"{PAGE}/ask", form_at=PAGE)
    ((to, letter),) = site.letters.kept
    assert (APPROVER, "December 2026 waits for your approval") == (to, letter.subject)
    assert f"{site.settings.console_url}{PAGE}" in letter.text
    assert "Tuesday 1 December at 10:00" in letter.text


def test_where_nobody_may_approve_it_is_said(site: ConsoleSite) -> None:
    _begin(site)
    _edit(site, "Written by the approver.", by=APPROVER)
    answer = site.signed_in(AUTHOR).post(f"{PAGE}/ask", form_at=PAGE)
    assert 409 == answer.status_code
    assert "an approver is needed who did not write it" in words_of(answer)
    assert [] == site.letters.kept


def test_an_approver_sees_what_changed_since_the_last_approved_month(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        earlier = site.clock.now - timedelta(days=29)
        months.in_state(session, "2026-11", CampaignState.SENT, now=earlier)
    _begin(site)
    _edit(site, "Thank you, and a calm winter.")
    said = site.signed_in(APPROVER).text(f"{PAGE}/approve")
    assert "What is different from November 2026" in said
    assert "Thank you, and a calm winter." in said


def test_versions_are_listed_compared_and_restored(site: ConsoleSite) -> None:
    _begin(site)
    _edit(site, "The second closing.")
    visitor = site.signed_in(AUTHOR)
    listed = visitor.text(f"{PAGE}/versions")
    assert ("The latest" in listed, "saved" in listed) == (True, True)
    said = visitor.text(f"{PAGE}/versions/2")
    assert "Against version 1" in said
    assert "The second closing." in said
    path = f"{PAGE}/versions/1"
    assert PAGE == visitor.post(f"{path}/restore", form_at=path).location
    with site.campaign.reading() as session:
        campaign = versions.find(session, MONTH)
        kept = [versions.get(session, campaign, number).content["closing"] for number in (1, 2, 3)]
    assert kept[0] == kept[2]
    assert "The second closing." == kept[1]


def test_restoring_leaves_what_was_being_typed_in_the_history(site: ConsoleSite) -> None:
    _begin(site)
    visitor, path = site.signed_in(AUTHOR), f"{PAGE}/versions/1"
    press(visitor, "", closing="Half a sent")
    assert PAGE == visitor.post(f"{path}/restore", form_at=path).location
    with site.campaign.reading() as session:
        drafts_of = versions.history(session, versions.find(session, MONTH))
    assert [("restored", 3), ("saved", 2)] == [
        (draft.cut_because, draft.version) for draft in drafts_of[:2]
    ]
    assert "Half a sent" == drafts_of[1].content["closing"]


@pytest.mark.parametrize("against", ["last-month", "approved", "99", "x"])
def test_a_comparison_with_what_is_not_there_is_calm(site: ConsoleSite, against: str) -> None:
    _begin(site)
    answer = site.signed_in(ANALYST).get(f"{PAGE}/versions/1?against={against}")
    assert (200 if against == "x" else 404) == answer.status_code


def test_the_rule_shows_its_dates_before_it_is_saved(site: ConsoleSite) -> None:
    visitor = site.signed_in(AUTHOR)
    form = {"rule": "day-1", "send_time": "09:30", "days": "10", "hours": "24"}
    shown = visitor.post("/series", form_at="/series", do="show", **form)
    said = words_of(shown)
    assert "This is how it would be. Nothing is saved yet." in said
    assert "January 2027 Mon 4 Jan, 09:30 moved from a bank holiday, Friday 1" in said
    assert "August 2027 Mon 2 Aug, 09:30 moved from Sunday 1" in said
    with site.campaign.reading() as session:
        assert session.get(Series, series.DEFAULT) is None
    assert 303 == visitor.post("/series", form_at="/series", do="save", **form).status_code
    with site.campaign.reading() as session:
        stored = session.get_one(Series, series.DEFAULT)
        assert ("day-1", "09:30", 10, 86400) == (
            stored.rule,
            stored.send_time,
            stored.draft_days_ahead,
            stored.window_seconds,
        )


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("rule", "every-day", "Choose one of the days in the list."),
        ("send_time", "25:00", "Write the time of day as 10:00."),
        ("days", "0", "The draft must open between 1 and 42 days before."),
        ("hours", "x", "The email may be late by at least an hour"),
    ],
)
def test_an_odd_rule_is_not_saved(site: ConsoleSite, field: str, value: str, sentence: str) -> None:
    visitor = site.signed_in(AUTHOR)
    form = {"rule": "day-1", "send_time": "09:30", "days": "10", "hours": "24", field: value}
    answer = visitor.post("/series", form_at="/series", do="save", **form)
    assert 422 == answer.status_code
    assert sentence in words_of(answer)
    assert (
        403 == site.signed_in(ANALYST).post("/series", form_at="/sign-out-everywhere").status_code
    )


def test_the_audit_is_exported_as_it_is_filtered_and_runs_no_formula(site: ConsoleSite) -> None:
    _begin(site)
    with site.campaign.writing() as session:
        session.add(
            AuditEntry(at=site.clock.now, who="=cmd()", action="tried", month=MONTH, detail={})
        )
    answer = site.signed_in(APPROVER).get(f"/audit.csv?month={MONTH}")
    assert 'attachment; filename="audit-2026-12.csv"' == answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert ["draft saved", "tried"] == [row["action"] for row in rows]
    assert [AUTHOR, "'=cmd()"] == [row["who"] for row in rows]


def test_a_missed_month_is_said_loudly(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        campaign = months.in_state(session, MONTH, CampaignState.MISSED, now=site.clock.now)
        campaign.state_reason = "Nobody approved it in time, so it was not sent."
    visitor = site.signed_in(AUTHOR)
    assert "December 2026 was missed" in visitor.text("/")
    assert "never sends a month late by itself" in visitor.text(PAGE)


def test_a_month_going_out_says_its_rate_and_the_time_left(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        campaign = months.in_state(session, MONTH, CampaignState.SENDING, now=site.clock.now)
        months.deliver(session, campaign, DeliveryState.SENT, 600)
        months.deliver(session, campaign, DeliveryState.QUEUED, 600)
        for minutes, action in ((30, "campaign sending"), (29, "campaign paused"), (1, "")):
            at = site.clock.now - timedelta(minutes=minutes)
            name = action or "campaign sending"
            session.add(AuditEntry(at=at, who="check-in", action=name, month=MONTH, detail={}))
    assert "5 emails a second; about 2 minutes left" in site.signed_in(AUTHOR).text(PAGE)
    with site.campaign.reading() as session:
        assert session.scalars(select(AuditEntry.action).where(AuditEntry.month == MONTH)).all()


def _time(day: str, time: str, hours: str = "24") -> dict[str, str]:
    return {"day": day, "time": time, "hours": hours}


def test_one_month_may_go_at_another_time_and_its_approval_is_void(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        months.approved(session, MONTH, now=site.clock.now)
    visitor, path = site.signed_in(AUTHOR), f"{PAGE}/time"
    assert PAGE == visitor.post(path, form_at=path, **_time("2026-12-08", "09:15")).location
    said = visitor.text(PAGE)
    assert "Goes Tuesday 8 December at 09:15" in said
    assert f"{AUTHOR} changed its time after the approval" in said


@pytest.mark.parametrize(
    ("day", "time", "hours", "sentence"),
    [
        ("soon", "10:00", "24", "Write the day as 2026-12-01"),
        ("2026-11-01", "10:00", "24", "That moment has passed"),
        ("2027-03-28", "01:30", "24", "The clocks skip that hour"),
        ("2026-12-08", "10:00", "0", "It may be late by 1 to 672 hours."),
    ],
)
def test_a_time_that_cannot_be_is_not_saved(
    site: ConsoleSite, day: str, time: str, hours: str, sentence: str
) -> None:
    _begin(site)
    path = f"{PAGE}/time"
    answer = site.signed_in(AUTHOR).post(path, form_at=path, **_time(day, time, hours))
    assert 422 == answer.status_code
    assert sentence in words_of(answer)
    with site.campaign.reading() as session:
        assert 1 == versions.find(session, MONTH).version
