"""Two worlds that differ in what one tenant did after the hand-over have the same numbers mailed.

A difference of one would tell the sender, who sees the mark, where its address lives.
"""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from kit.database import Database
from replies.form import rounds
from reports import tally
from reports.spec import Spec
from tenants.handover import mailed
from tenants.models import Tenant
from tenants.rights import rights
from tenants.roster import upsert
from tenants.roster.rows import Row
from tests.support.reports import MONTH, NORTH, OPEN, SOUTH, ReportsWorld

SPEC = Spec()
EDGE = SPEC.alone_from
"""The fewest with which an association stands alone: one fewer, and it would be merged."""


def _moved(session: Session, tenant: Tenant, *, now: datetime) -> None:
    row = Row(tenant.tenant_ref, "moved@example.org", NORTH, "en", True, True)
    upsert.upsert(session, row, now=now, source="api")


@pytest.mark.parametrize(
    "act", [rights.stop, rights.pause, rights.restrict, rights.object_, rights.erase, _moved]
)
def test_what_one_tenant_does_changes_no_number_and_no_group(
    world: ReportsWorld, act: Callable[..., object]
) -> None:
    world.open_round()
    ids = world.mail({SOUTH: EDGE, NORTH: EDGE})
    with world.platform.writing() as session:
        mailed.fix(session, MONTH)
    before = _plan(world.platform)

    with world.platform.writing() as session:
        victim = rights.by_id(session, ids[0])
        assert victim is not None
        act(session, victim, now=OPEN)

    assert before == _plan(world.platform)


def _plan(platform: Database) -> object:
    with platform.reading() as session:
        return tally.plan(session, rounds.find(session, MONTH), SPEC)
