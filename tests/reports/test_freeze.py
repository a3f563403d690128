"""Freezing a month: once, in its turn, and for good."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from kit.errors import Refused
from replies.models import Reply, Round
from reports import freeze as freezing
from reports.freeze import freeze, freeze_due
from reports.lock import only_one
from reports.models import ReleaseState
from tenants.handover import mailed as handed_over
from tenants.models import Tenant
from tenants.rights.rights import erase
from tests.reports.attacks import served
from tests.support.reports import (
    CLOSED,
    DUE,
    MONTH,
    NORTH,
    OPEN,
    ReportsWorld,
    small_month,
)

EARLIER = "2026-11"


def test_a_closed_month_is_drawn_once(world: ReportsWorld) -> None:
    small_month(world)

    freeze(world.desk(), MONTH, now=CLOSED)

    release = world.release()
    assert release is not None
    assert (ReleaseState.FROZEN, 1) == (release.state, len(world.anchor.entries()))
    with pytest.raises(Refused, match="never recomputed"):
        freeze(world.desk(), MONTH, now=CLOSED)


def test_months_are_frozen_some_days_after_they_close(world: ReportsWorld) -> None:
    small_month(world)

    assert [] == freeze_due(world.desk(), now=CLOSED)
    assert [MONTH] == freeze_due(world.desk(), now=DUE)
    assert [] == freeze_due(world.desk(), now=DUE)


def test_a_month_may_be_frozen_early_for_a_reason_that_is_kept(world: ReportsWorld) -> None:
    small_month(world)

    freeze(world.desk(), MONTH, now=OPEN, early_because="the project ends")

    release = world.release()
    assert release is not None
    assert "the project ends" == release.early_because


@pytest.mark.parametrize("replies", [0, 1])
def test_a_month_is_drawn_by_hand_whatever_the_number_of_replies(
    world: ReportsWorld, replies: int
) -> None:
    world.open_round()
    world.reply(world.mail({NORTH: 65})[:replies])

    freeze(world.desk(), MONTH, now=CLOSED)

    assert ReleaseState.FROZEN == served.drawn(world).state


def test_a_month_by_hand_is_refused_while_another_process_draws(world: ReportsWorld) -> None:
    small_month(world)

    with only_one(world.platform), pytest.raises(Refused, match="try again in a minute"):
        freeze(world.desk(), MONTH, now=CLOSED)

    freeze(world.desk(), MONTH, now=CLOSED)


def test_a_month_is_based_on_those_mailed_at_its_handover(world: ReportsWorld) -> None:
    ids = small_month(world)
    with world.platform.writing() as session:
        handed_over.fix(session, MONTH)
        erase(session, session.get_one(Tenant, ids[0]), now=OPEN)
        handed_over.fix(session, MONTH)

    with world.platform.reading() as session:
        assert {NORTH: 800} == session.get_one(Round, MONTH).mailed


def test_a_month_without_replies_is_drawn_in_its_turn(world: ReportsWorld) -> None:
    world.open_round()
    world.mail({NORTH: 800})

    assert [MONTH] == freeze_due(world.desk(), now=DUE)


def test_a_month_that_was_refused_is_looked_at_again_after_an_hour(world: ReportsWorld) -> None:
    ids = small_month(world)
    desk = world.desk()
    with world.platform.reading() as session:
        asked = session.scalars(select(Reply.questions)).first() or ""
    _set_questions(world, ids[3], "changed.1")
    freeze_due(desk, now=DUE)
    _set_questions(world, ids[3], asked)

    assert [] == freeze_due(desk, now=DUE + timedelta(minutes=59))
    assert [MONTH] == freeze_due(desk, now=DUE + timedelta(minutes=60))


def test_only_noisy_values_are_kept(world: ReportsWorld) -> None:
    small_month(world)
    freeze(world.desk(), MONTH, now=CLOSED)

    release = world.release()
    assert release is not None
    assert {"month", "state", "decided_at", "noisy", "document", "early_because"} | {
        "withdrawn_because"
    } == set(release.__table__.columns.keys())
    assert [{"mailed", "replies", "answers"}] == [set(each) for each in release.noisy or []]


def test_a_withdrawal_needs_a_reason_and_is_final(world: ReportsWorld) -> None:
    small_month(world)
    freeze(world.desk(), MONTH, now=CLOSED)
    with world.platform.writing() as session:
        with pytest.raises(Refused, match="Say why"):
            freezing.withdraw(session, MONTH, because=" ")
        freezing.withdraw(session, MONTH, because="The roster was wrong.")
        with pytest.raises(Refused, match="nothing to withdraw"):
            freezing.withdraw(session, MONTH, because="again")
    with pytest.raises(Refused, match="not drawn again"):
        freeze(world.desk(), MONTH, now=DUE)


def _set_questions(world: ReportsWorld, tenant_id: int, questions: str) -> None:
    with world.platform.writing() as session:
        session.execute(
            update(Reply).where(Reply.tenant_id == tenant_id).values(questions=questions)
        )
