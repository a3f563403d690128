"""The conversation about a month: each step at each stage by each role, and who is told of it."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import staff
from campaigns.models import AuditEntry, Campaign, CampaignState, MonthStep, Role, StepKind
from campaigns.planning import approval, conversation, drafts, steps
from campaigns.planning.drafts import Schedule
from campaigns.planning.steps import Stage
from campaigns.sending import lifecycle
from kit.errors import BadInput, Refused
from tests.content.samples import APPROVER, CONTENT, FILE, MONTH

WRITER, SECOND = "writer@example.org", "second@example.org"
PEOPLE = {
    Role.AUTHOR: "only-author@example.org",
    Role.APPROVER: "only-approver@example.org",
    Role.ANALYST: "analyst@example.org",
    Role.ADMIN: "admin@example.org",
}
NEXT = {Stage.OVER: CampaignState.SENT}
HANDING = {Stage.LEAVING, Stage.HELD_LEAVING}
HELD = {Stage.HELD, Stage.HELD_LEAVING}
TAKEN = list(steps.ROLES)


@pytest.fixture
def campaign(session: Session, now: datetime) -> Campaign:
    staff.add(session, email=WRITER, roles=[Role.AUTHOR], by="tests", now=now)
    staff.add(session, email=SECOND, roles=[Role.APPROVER], by="tests", now=now)
    for role, email in PEOPLE.items():
        staff.add(session, email=email, roles=[role], by="tests", now=now)
    return drafts.import_file(session, FILE, by=WRITER, now=now)


def put_at(session: Session, campaign: Campaign, stage: Stage, now: datetime) -> None:
    """Bring a draft to a stage by the steps that lead there."""
    if stage == Stage.ASKED:
        conversation.ask(session, month=MONTH, by=WRITER, now=now)
    elif stage == Stage.SENT_BACK:
        conversation.send_back(session, month=MONTH, by=SECOND, now=now, note="Shorter, please.")
    elif stage != Stage.WRITING:
        approval.approve(session, month=MONTH, by=SECOND, now=now)
        if stage in HANDING:
            campaign.state = CampaignState.HANDING_OVER
        if stage in HELD:
            conversation.hold(session, month=MONTH, by=SECOND, now=now)
        if stage == Stage.OVER:
            campaign.state, campaign.audience = CampaignState.SENT, 0
    session.flush()


def take(session: Session, kind: StepKind, by: str, now: datetime) -> None:
    later = Schedule(now + timedelta(days=2), timedelta(hours=24))
    match kind:
        case StepKind.ASKED:
            conversation.ask(session, month=MONTH, by=by, now=now, note="Please.")
        case StepKind.SENT_BACK:
            conversation.send_back(session, month=MONTH, by=by, now=now, note="Shorter, please.")
        case StepKind.APPROVED:
            approval.approve(session, month=MONTH, by=by, now=now)
        case StepKind.WITHDRAWN:
            conversation.withdraw(session, month=MONTH, by=by, now=now)
        case StepKind.HELD:
            conversation.hold(session, month=MONTH, by=by, now=now)
        case StepKind.RELEASED:
            conversation.release(session, month=MONTH, by=by, now=now)
        case StepKind.MOVED:
            conversation.move(session, month=MONTH, schedule=later, by=by, now=now)


def kinds(session: Session) -> list[str]:
    return [step.kind for step in session.scalars(select(MonthStep).order_by(MonthStep.id))]


@pytest.mark.parametrize("stage", Stage)
def test_each_step_at_each_stage_by_each_role(
    session: Session, campaign: Campaign, now: datetime, stage: Stage
) -> None:
    put_at(session, campaign, stage, now)
    assert stage == steps.stage_of(session, campaign)

    for kind, role in product(TAKEN, Role):
        before = kinds(session)
        with session.begin_nested() as savepoint:
            target = steps.TRANSITIONS.get((stage, kind))
            if target is not None and role in steps.ROLES[kind]:
                take(session, kind, PEOPLE[role], now)
                assert target == steps.stage_of(session, campaign), (kind, role)
                assert kind == kinds(session)[-1]
            else:
                with pytest.raises(Refused):
                    take(session, kind, PEOPLE[role], now)
                assert before == kinds(session), (kind, role)
            savepoint.rollback()
        session.expire_all()


def test_every_pair_of_the_table_is_of_a_step_that_somebody_may_take() -> None:
    assert {kind for _stage, kind in steps.TRANSITIONS} == steps.ROLES.keys() == set(TAKEN)
    assert StepKind.VOIDED not in steps.ROLES


def test_a_note_is_needed_to_send_back_and_kept_with_its_field(
    session: Session, campaign: Campaign, now: datetime
) -> None:
    with pytest.raises(BadInput, match="Write what should be different"):
        conversation.send_back(session, month=MONTH, by=SECOND, now=now, note="  ")
    conversation.send_back(
        session, month=MONTH, by=SECOND, now=now, note="Which year?", field="tips.1.body"
    )

    step = session.scalars(select(MonthStep)).one()
    assert ("sent_back", SECOND, "tips.1.body", "Which year?", campaign.version) == (
        step.kind,
        step.who,
        step.field,
        step.note,
        step.version,
    )


def test_another_time_is_no_version_and_makes_nobody_a_writer(
    session: Session, campaign: Campaign, now: datetime
) -> None:
    staff.set_roles(session, email=SECOND, roles=[Role.AUTHOR, Role.APPROVER], by="tests", now=now)
    later = Schedule(now + timedelta(days=2), timedelta(hours=24))
    version = campaign.version

    assert conversation.move(session, month=MONTH, schedule=later, by=SECOND, now=now)
    assert not conversation.move(session, month=MONTH, schedule=later, by=SECOND, now=now)
    assert (version, later.send_at) == (campaign.version, campaign.send_at)
    assert {WRITER} == approval.authors_to_approve(session, campaign)
    approval.approve(session, month=MONTH, by=SECOND, now=now)


def test_whoever_wrote_a_text_cannot_approve_it_and_is_not_asked(
    session: Session, campaign: Campaign, now: datetime
) -> None:
    staff.set_roles(session, email=WRITER, roles=[Role.AUTHOR, Role.APPROVER], by="tests", now=now)

    asked = conversation.ask(session, month=MONTH, by=WRITER, now=now)
    assert [APPROVER, PEOPLE[Role.APPROVER], SECOND] == asked
    with pytest.raises(Refused, match="wrote some of this month's email"):
        approval.approve(session, month=MONTH, by=WRITER, now=now)


def test_nobody_is_asked_where_nobody_may_approve(
    session: Session, campaign: Campaign, now: datetime
) -> None:
    for email in (APPROVER, SECOND, PEOPLE[Role.APPROVER]):
        staff.remove(session, email=email, by="tests", now=now)

    with pytest.raises(Refused, match="Nobody on staff may approve this"):
        conversation.ask(session, month=MONTH, by=WRITER, now=now)


def test_a_held_month_does_not_go_and_says_why_it_was_missed(
    session: Session, campaign: Campaign, now: datetime
) -> None:
    put_at(session, campaign, Stage.HELD_LEAVING, now)
    campaign.audience, campaign.frozen_at = 0, now
    session.flush()

    lifecycle.begin(session, now=campaign.send_at)
    assert CampaignState.HANDING_OVER == campaign.state
    lifecycle.miss(session, now=campaign.not_after)
    assert (CampaignState.MISSED, lifecycle.HELD_TOO_LONG) == (
        campaign.state,
        campaign.state_reason,
    )


def test_a_released_month_goes(session: Session, campaign: Campaign, now: datetime) -> None:
    put_at(session, campaign, Stage.HELD_LEAVING, now)
    campaign.audience, campaign.frozen_at = 0, now
    conversation.release(session, month=MONTH, by=WRITER, now=now)

    lifecycle.begin(session, now=campaign.send_at)
    assert CampaignState.SENDING == campaign.state


def test_a_change_of_a_held_text_takes_the_hold_away_with_the_approval(
    session: Session, campaign: Campaign, now: datetime
) -> None:
    put_at(session, campaign, Stage.HELD, now)
    drafts.import_file(session, FILE.replace("Thank you.", "Bye."), by=WRITER, now=now)

    assert (CampaignState.DRAFT, None) == (campaign.state, campaign.held_since)
    assert [StepKind.APPROVED, StepKind.HELD, StepKind.VOIDED] == kinds(session)


def test_it_waits_for_whoever_has_to_act(
    session: Session, campaign: Campaign, now: datetime
) -> None:
    def waits_for(email: str) -> bool:
        return conversation.waiting_for(session, staff.find(session, email), campaign) is not None

    assert not any(map(waits_for, (WRITER, SECOND)))
    conversation.ask(session, month=MONTH, by=WRITER, now=now)
    assert [False, True] == [waits_for(WRITER), waits_for(SECOND)]
    conversation.send_back(session, month=MONTH, by=SECOND, now=now, note="Shorter, please.")
    assert [True, False] == [waits_for(WRITER), waits_for(SECOND)]
    conversation.ask(session, month=MONTH, by=WRITER, now=now)
    approval.approve(session, month=MONTH, by=SECOND, now=now)
    assert not any(map(waits_for, (WRITER, SECOND)))
    conversation.hold(session, month=MONTH, by=SECOND, now=now)
    assert [False, True] == [waits_for(WRITER), waits_for(SECOND)]


def test_each_step_is_in_the_audit(session: Session, campaign: Campaign, now: datetime) -> None:
    put_at(session, campaign, Stage.ASKED, now)
    put_at(session, campaign, Stage.HELD, now)
    conversation.release(session, month=MONTH, by=SECOND, now=now)
    conversation.withdraw(session, month=MONTH, by=WRITER, now=now, note="Not yet.")

    said = session.scalars(select(AuditEntry.action).where(AuditEntry.month == MONTH))
    assert [
        *("draft saved", "approval asked", "approved", "held", "released", "approval withdrawn"),
    ] == list(said)
    assert f"{WRITER} withdrew the approval" == campaign.state_reason
    assert CONTENT == drafts.current(session, MONTH)
