"""Having a month approved, by somebody who did not write it, and what takes an approval back."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import audit
from campaigns.content.compile import compile_message
from campaigns.models import Approval, Campaign, CampaignState, Message
from campaigns.planning import approval, drafts
from campaigns.writing import messages, versions
from kit.errors import BadInput, NotFound, Refused
from tests.content.samples import (
    APPROVER,
    AUTHOR,
    CONTENT,
    FILE,
    MONTH,
    STRANGER,
    actions,
    file_with,
    imported,
)


def test_an_approval_binds_the_hash_the_time_and_the_audience(
    session: Session, now: datetime
) -> None:
    campaign = imported(session, now)

    given = approval.approve(session, month=MONTH, by=APPROVER, now=now)

    compiled = compile_message(CONTENT, MONTH)
    assert compiled.content_hash == given.content_hash == campaign.content_hash
    assert campaign.send_at == given.send_at
    assert approval.AUDIENCE_RULE == given.audience_rule
    assert CampaignState.APPROVED == campaign.state
    assert compiled == messages.load(session, given.content_hash)


def test_the_email_names_the_day_of_the_check_in_before(session: Session, now: datetime) -> None:
    text = file_with("for {{ month_name }}", "again. Has work changed {{ period }}?")
    imported(session, now, text)
    first = approval.approve(session, month=MONTH, by=APPROVER, now=now)
    imported(session, now, text.replace("2026-12", "2027-01").replace("01-01T", "01-04T"))
    second = approval.approve(session, month="2027-01", by=APPROVER, now=now)

    sent = [messages.load(session, each.content_hash) for each in (first, second)]
    assert [None, date(2026, 12, 1)] == [each.last_check_in for each in sent]
    assert "changed in the last month?" in sent[0].text
    assert "changed since our last check-in on 1 December?" in " ".join(sent[1].text.split())


def test_a_month_that_was_missed_is_no_check_in(session: Session, now: datetime) -> None:
    campaign = imported(session, now)
    approval.approve(session, month=MONTH, by=APPROVER, now=now)
    campaign.state = CampaignState.MISSED

    assert versions.last_check_in(session, "2027-01") is None


@pytest.mark.parametrize(
    ("who", "error", "sentence"),
    [
        (AUTHOR, Refused, "author@example.org is not an approver"),
        (STRANGER, NotFound, "stranger@example.org is not on the staff list"),
    ],
)
def test_only_an_approver_approves(
    session: Session, now: datetime, who: str, error: type[Exception], sentence: str
) -> None:
    imported(session, now)

    with pytest.raises(error, match=sentence):
        approval.approve(session, month=MONTH, by=who, now=now)


def test_nobody_approves_what_they_wrote(session: Session, now: datetime) -> None:
    drafts.import_file(session, FILE, by=APPROVER.upper(), now=now)

    with pytest.raises(Refused, match="wrote some of this month's email"):
        approval.approve(session, month=MONTH, by=APPROVER, now=now)


def test_nobody_approves_an_earlier_change_of_theirs_that_nobody_approved(
    session: Session, now: datetime
) -> None:
    drafts.import_file(session, FILE, by=APPROVER, now=now)
    drafts.save(session, month=MONTH, content=replace(CONTENT, closing="Bye."), by=AUTHOR, now=now)

    with pytest.raises(Refused, match="wrote some of this month's email"):
        approval.approve(session, month=MONTH, by=APPROVER, now=now)


def test_a_text_that_was_approved_may_be_built_upon(session: Session, now: datetime) -> None:
    other = "second@example.org"
    drafts.import_file(session, FILE, by=other, now=now)
    approval.approve(session, month=MONTH, by=APPROVER, now=now)
    later = now + timedelta(minutes=1)
    drafts.save(session, month=MONTH, content=replace(CONTENT, closing="Bye."), by=other, now=later)

    approval.approve(session, month=MONTH, by=APPROVER, now=later)

    assert CampaignState.APPROVED == drafts.find(session, MONTH).state


def test_taking_an_approval_back_does_not_let_the_author_approve(
    session: Session, now: datetime
) -> None:
    drafts.import_file(session, FILE, by=APPROVER, now=now)
    campaign = drafts.find(session, MONTH)
    _approve_as_somebody_else(session, campaign, now)
    approval.void(session, campaign, because="the figures changed", now=now)

    with pytest.raises(Refused, match="wrote some of this month's email"):
        approval.approve(session, month=MONTH, by=APPROVER, now=now + timedelta(minutes=1))


@pytest.mark.parametrize("old", ["Thank you.", "2026-12-01T10:00", "48h", "[work, hours]"])
def test_any_edit_voids_the_approval(session: Session, now: datetime, old: str) -> None:
    changes = {"2026-12-01T10:00": "2026-12-01T11:00", "48h": "24h", "[work, hours]": "[work]"}
    imported(session, now)
    approval.approve(session, month=MONTH, by=APPROVER, now=now)

    campaign = imported(session, now, file_with(old, changes.get(old, "Bye.")))

    given = session.scalars(select(Approval)).one()
    assert (CampaignState.DRAFT, None) == (campaign.state, campaign.content_hash)
    assert "author@example.org changed it after the approval" == campaign.state_reason
    assert (now, campaign.state_reason) == (given.voided_at, given.voided_because)
    assert ["draft saved", "approved", "approval voided", "draft saved"] == actions(session)


@pytest.mark.parametrize("hours", [0, 1, 48])
def test_a_time_just_past_can_still_be_approved(
    session: Session, now: datetime, hours: int
) -> None:
    campaign = imported(session, now)

    approval.approve(
        session, month=MONTH, by=APPROVER, now=campaign.send_at + timedelta(hours=hours)
    )

    assert CampaignState.APPROVED == campaign.state


def test_past_the_last_moment_it_cannot(session: Session, now: datetime) -> None:
    campaign = imported(session, now)
    late = campaign.not_after + timedelta(seconds=1)

    with pytest.raises(
        Refused, match="no later than Thursday 3 December at 10:00; give it another time"
    ):
        approval.approve(session, month=MONTH, by=APPROVER, now=late)


def test_a_finding_that_blocks_stops_the_approval(session: Session, now: datetime) -> None:
    imported(session, now, file_with("Thank you.", "[Click here](https://example.org)"))

    with pytest.raises(BadInput, match="closing: the link “Click here” does not say where"):
        approval.approve(session, month=MONTH, by=APPROVER, now=now)

    assert [] == session.scalars(select(Message)).all()


def test_what_is_approved_is_not_approved_again(session: Session, now: datetime) -> None:
    imported(session, now)
    approval.approve(session, month=MONTH, by=APPROVER, now=now)

    with pytest.raises(Refused, match="December 2026 is approved already"):
        approval.approve(session, month=MONTH, by=APPROVER, now=now)


def _approve_as_somebody_else(session: Session, campaign: Campaign, now: datetime) -> None:
    message = compile_message(CONTENT, MONTH)
    messages.keep(session, message, now=now)
    session.add(
        Approval(
            campaign_id=campaign.id,
            content_hash=message.content_hash,
            send_at=campaign.send_at,
            audience_rule=approval.AUDIENCE_RULE,
            approved_by="second@example.org",
            approved_at=now,
        )
    )
    campaign.state, campaign.content_hash = CampaignState.APPROVED, message.content_hash
    audit.record(session, who="second@example.org", action="approved", now=now)
    session.flush()
