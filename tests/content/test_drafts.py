"""Writing a month: each version is kept, and a draft opens by itself ahead of time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.content import files
from campaigns.models import CampaignState, Draft
from campaigns.planning import approval, drafts, series
from campaigns.writing import versions
from kit.errors import BadInput, NotFound, Refused
from tests.content.samples import (
    APPROVER,
    AUTHOR,
    CONTENT,
    MONTH,
    actions,
    file_with,
    imported,
)


def test_an_imported_file_is_the_month_s_draft(session: Session, now: datetime) -> None:
    campaign = imported(session, now)

    assert (CampaignState.DRAFT, 1) == (campaign.state, campaign.version)
    assert datetime(2026, 12, 1, 10, tzinfo=UTC) == campaign.send_at
    assert datetime(2026, 12, 3, 10, tzinfo=UTC) == campaign.not_after
    assert CONTENT == drafts.current(session, MONTH)
    assert AUTHOR == versions.author(session, MONTH)


def test_a_file_without_a_time_goes_by_the_series_rule(session: Session, now: datetime) -> None:
    text = file_with("send_at: 2026-12-01T10:00\nnot_after: 48h\n", "")

    campaign = imported(session, now, text.replace("month: 2026-12", "month: 2027-01"))

    assert datetime(2027, 1, 4, 10, tzinfo=UTC) == campaign.send_at
    assert timedelta(hours=48) == campaign.not_after - campaign.send_at


def test_importing_what_was_exported_changes_nothing(session: Session, now: datetime) -> None:
    imported(session, now)
    approval.approve(session, month=MONTH, by=APPROVER, now=now)

    campaign = imported(session, now, drafts.export_file(session, MONTH))

    assert (CampaignState.APPROVED, 1) == (campaign.state, campaign.version)
    assert ["draft saved", "approved"] == actions(session)


def test_every_version_is_kept_with_its_author(session: Session, now: datetime) -> None:
    imported(session, now)
    drafts.save(
        session, month=MONTH, content=replace(CONTENT, closing="Bye."), by=APPROVER, now=now
    )

    kept = session.execute(select(Draft.version, Draft.author).order_by(Draft.version)).all()

    assert [(1, AUTHOR), (2, APPROVER)] == [tuple(row) for row in kept]


def test_a_bad_file_leaves_nothing_behind(session: Session, now: datetime) -> None:
    with pytest.raises(BadInput):
        imported(session, now, file_with("{{ month_name }}", "{{ name }}"))

    with pytest.raises(NotFound, match="There is no campaign for December 2026"):
        drafts.find(session, MONTH)


def test_an_unknown_question_is_refused_by_name(session: Session, now: datetime) -> None:
    with pytest.raises(BadInput, match="questions: shoes is not a question the platform asks"):
        imported(session, now, file_with("[work, hours]", "[work, shoes]"))


def test_a_mail_over_the_limit_is_refused(session: Session, now: datetime) -> None:
    item = "- a\n"

    with pytest.raises(BadInput, match="Gmail cuts it off at 102 KB"):
        imported(session, now, file_with("Thank you.", item * 2000))


@pytest.mark.parametrize(
    "state", [CampaignState.HANDING_OVER, CampaignState.SENDING, CampaignState.CANCELLED]
)
def test_once_handed_over_the_text_stands(
    session: Session, now: datetime, state: CampaignState
) -> None:
    campaign = imported(session, now)
    approval.approve(session, month=MONTH, by=APPROVER, now=now)
    campaign.state, campaign.audience = state, 1
    session.flush()

    with pytest.raises(Refused, match="can no longer be changed"):
        imported(session, now, file_with("Thank you.", "Bye."))

    assert 1 == campaign.version


def test_a_month_s_draft_is_opened_ahead_of_time_and_once(session: Session) -> None:
    early = datetime(2026, 12, 1, 9, tzinfo=UTC)
    in_time = datetime(2026, 12, 22, 9, tzinfo=UTC)

    assert [] == series.open_drafts(session, now=early - timedelta(days=20))
    assert ["2027-01"] == [each.month for each in series.open_drafts(session, now=in_time)]
    assert [] == series.open_drafts(session, now=in_time)


def test_an_opened_draft_starts_from_the_month_before(session: Session, now: datetime) -> None:
    imported(session, now)

    series.open_drafts(session, now=datetime(2026, 12, 22, 9, tzinfo=UTC))

    assert CONTENT == drafts.current(session, "2027-01")
    assert series.ENGINE == versions.author(session, "2027-01")


def test_the_first_draft_starts_from_the_sample_and_exports(session: Session) -> None:
    opened = series.open_drafts(session, now=datetime(2026, 12, 22, 9, tzinfo=UTC))

    exported = drafts.export_file(session, "2027-01")

    assert "Has anything changed since our last check-in?" == files.parse(exported).content.subject
    assert [datetime(2027, 1, 4, 10, tzinfo=UTC)] == [each.send_at for each in opened]


def test_a_draft_that_another_process_opened_in_the_same_moment_is_left_alone(
    session: Session, now: datetime
) -> None:
    imported(session, now)

    opened = series._open(session, series.ensure_default(session), MONTH, now)

    assert opened is None
    assert CONTENT == drafts.current(session, MONTH)


def test_no_draft_is_opened_for_a_moment_that_has_passed(session: Session) -> None:
    late = datetime(2027, 1, 4, 10, 0, 1, tzinfo=UTC)

    assert [] == series.open_drafts(session, now=late)
