"""The counter compares exact numbers: of those mailed, and of replies counted twice."""

import itertools
import json
from collections.abc import Sequence

import pytest
from sqlalchemy import delete, select

from replies.form.rounds import find
from replies.models import Reply
from replies.vault.counting import Open, Sealed
from reports import protect, tally
from reports.freeze import freeze
from reports.spec import SPEC
from tenants.handover import mailed
from tenants.models import Tenant
from tenants.rights import rights
from tests.reports.attacks import served
from tests.support.reports import CLOSED, MONTH, NORTH, OPEN, ReportsWorld

MAILED, REPLIED = 700, 12


@pytest.fixture
def same_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise that is the same in every world, so that only what lies outside it can differ."""

    def add(counts: Sequence[int], _epsilon: float, *, weight: int = 1) -> list[int]:
        return [
            n + weight * noise for n, noise in zip(counts, itertools.cycle([3, -2]), strict=False)
        ]

    monkeypatch.setattr(protect, "add_noise", add)


def _worlds(world: ReportsWorld, *, is_fixed: bool) -> list[str]:
    """What is released of two months alike but that somebody who was mailed went from the second.

    Without `is_fixed` those mailed are counted at the freeze.
    """
    ids, found = world.mail({NORTH: MAILED + 1}, "2026-10"), []
    for month in ("2026-10", "2026-11"):
        world.open_round(month)
        if month == "2026-11":
            world.link(ids, month)
        world.reply(ids[:REPLIED], month=month)
        if is_fixed:
            with world.platform.writing() as session:
                mailed.fix(session, month)
        if month == "2026-11":
            with world.platform.writing() as session:
                rights.erase(session, session.get_one(Tenant, ids[-1]), now=OPEN)
        freeze(world.desk(), month, now=CLOSED)
        shown = json.loads(served.drawn(world, month).document or "")
        own = [f for f in shown["figures"] if not f["measure"].endswith("_months")]
        found.append(json.dumps([own, shown["measurements"]]))
    return found


@pytest.mark.usefixtures("same_noise")
def test_numbers_counted_at_the_freeze_show_that_somebody_went(world: ReportsWorld) -> None:
    before, after = _worlds(world, is_fixed=False)

    assert before != after


@pytest.mark.usefixtures("same_noise")
def test_numbers_fixed_at_the_handover_are_the_same_bytes(world: ReportsWorld) -> None:
    before, after = _worlds(world, is_fixed=True)

    assert before == after


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_count_in_pages_counts_a_reply_given_anew_twice(world: ReportsWorld) -> None:
    ids = _month(world)
    with world.platform.reading() as session:
        first = session.scalars(select(Reply.id).order_by(Reply.id).limit(5)).all()
        _anew(world, ids[0])
        second = session.scalars(select(Reply.id).where(Reply.id > first[-1])).all()

    assert REPLIED + 1 == len(first) + len(second)


def test_a_reply_given_anew_during_the_count_is_counted_once(world: ReportsWorld) -> None:
    ids = _month(world)
    seen = list[Sealed]()
    with world.platform.reading() as session:
        opened = find(session, MONTH)
        plan = tally.plan(session, opened, SPEC)
        honest = world.desk().opener(MONTH, tally.question_set(opened))
        counts = tally.tally(session, _interrupted(honest, seen, world, ids[0]), plan)

    assert REPLIED == counts[0].replies


def _interrupted(honest: Open, seen: list[Sealed], world: ReportsWorld, tenant_id: int) -> Open:
    def opening(reply: Sealed) -> bytes:
        seen.append(reply)
        if len(seen) == 5:
            _anew(world, tenant_id)
        return honest(reply)

    return opening


def _month(world: ReportsWorld) -> list[int]:
    world.open_round()
    ids = world.mail({NORTH: MAILED})
    world.reply(ids[:REPLIED])
    return ids


def _anew(world: ReportsWorld, tenant_id: int) -> None:
    with world.platform.writing() as session:
        session.execute(delete(Reply).where(Reply.tenant_id == tenant_id))
    world.reply([tenant_id])
