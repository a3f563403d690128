"""The auditor freezes whole months in two worlds: replies in a database in, a kept release out."""

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import delete, update

from replies.form import rounds
from reports import tally
from reports.cube import Counts, Noisy, Plan
from reports.freeze import freeze
from reports.models import Charge, Release
from reports.spec import SPEC
from tenants.models import Tenant
from tests.reports.attacks import served
from tests.reports.attacks.audit import Seen, least_epsilon_between
from tests.reports.attacks.effort import LONGER
from tests.support.reports import CLOSED, MONTH, ReportsWorld, small_month

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

FREEZES = 320 * max(LONGER // 2, 1)
VICTIM, TOO_MANY = 1, 10


def _seen(world: ReportsWorld, objecting: Sequence[int]) -> tuple[Plan, Seen]:
    """So many freezes of a world in which these tenants objected, and its true counts."""
    with world.platform.writing() as session:
        session.execute(update(Tenant).values(objected=Tenant.id.in_(objecting)))
    plan, counts = _true(world)
    return plan, (counts, list(_frozen(world)))


def _true(world: ReportsWorld) -> tuple[Plan, Counts]:
    desk = world.desk()
    with world.platform.reading() as session:
        opened = rounds.find(session, MONTH)
        plan = tally.plan(session, opened, SPEC)
        opener = desk.opener(MONTH, tally.question_set(opened))
        return plan, tally.tally(session, opener, plan)[0]


def _frozen(world: ReportsWorld) -> Iterator[Noisy]:
    """Freeze the month again and again, each time as if it were the first."""
    for _ in range(FREEZES):
        freeze(world.desk(), MONTH, now=CLOSED)
        yield Noisy.from_json((served.drawn(world).noisy or [])[0])
        (world.folder / "anchor").unlink()
        with world.platform.writing() as session:
            session.execute(delete(Release))
            session.execute(delete(Charge))


def _least_epsilon(world: ReportsWorld, replies: int) -> float:
    """A lower bound for the ε between worlds that differ in so many counted replies."""
    ids = small_month(world)
    plan, without = _seen(world, ids[:replies])
    _, with_ = _seen(world, ())
    return least_epsilon_between(plan, without, with_)


def test_a_whole_freeze_spends_no_more_on_one_reply_than_is_claimed(world: ReportsWorld) -> None:
    assert _least_epsilon(world, VICTIM) <= SPEC.epsilon


def test_a_freeze_in_which_one_act_moves_ten_replies_is_found(world: ReportsWorld) -> None:
    assert _least_epsilon(world, TOO_MANY) > SPEC.epsilon
