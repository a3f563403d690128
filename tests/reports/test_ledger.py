"""The privacy ledger: its chain, its anchor, its year and its spec."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from kit.errors import Refused
from reports import ledger
from reports.freeze import freeze
from reports.models import Charge
from reports.spec import SPEC
from tests.support.reports import (
    CLOSED,
    DUE,
    MONTH,
    ReportsWorld,
    small_month,
)


def test_a_ledger_that_was_altered_is_refused(world: ReportsWorld) -> None:
    world.charge("2026-11", now=CLOSED - timedelta(days=30))
    with world.platform.writing() as session:
        session.execute(update(Charge).values(month="2026-10"))
    small_month(world)

    with pytest.raises(Refused, match="Row 1 of the release ledger was altered"):
        freeze(world.desk(), MONTH, now=CLOSED)

    assert (None, 1) == (world.release(), len(world.anchor.entries()))


def test_an_anchor_that_was_shortened_is_refused(world: ReportsWorld) -> None:
    world.charge("2026-11", now=CLOSED - timedelta(days=30))
    (world.folder / "anchor").unlink()
    small_month(world)

    with pytest.raises(Refused, match="1 charges and its anchor 0"):
        freeze(world.desk(), MONTH, now=CLOSED)


def test_an_anchor_with_a_broken_line_is_refused(world: ReportsWorld) -> None:
    (world.folder / "anchor").write_text("{")
    small_month(world)

    with pytest.raises(Refused, match="Line 1"):
        freeze(world.desk(), MONTH, now=CLOSED)


def test_an_edited_spec_is_refused(world: ReportsWorld) -> None:
    world.charge("2026-11", now=CLOSED - timedelta(days=30))
    small_month(world)

    with pytest.raises(Refused, match="Version 2 of the spec was edited"):
        freeze(world.desk(spec=replace(SPEC, rate_from=60)), MONTH, now=CLOSED)

    assert world.release() is None


def test_a_new_version_of_the_spec_is_a_new_months_but_no_spent_ones(world: ReportsWorld) -> None:
    world.charge("2026-11", now=CLOSED - timedelta(days=30))
    small_month(world)
    newer = world.desk(spec=replace(SPEC, version=3, rate_from=60))

    freeze(newer, MONTH, now=CLOSED)

    with pytest.raises(Refused, match="never recomputed"):
        freeze(world.desk(spec=replace(SPEC, version=4)), MONTH, now=CLOSED)


def test_a_year_has_twelve_releases(world: ReportsWorld) -> None:
    for number in range(1, 13):
        world.charge(f"2026-{number:02}", now=DUE - timedelta(days=number))

    with pytest.raises(Refused, match="limit"):
        world.charge("2027-01", now=DUE)
    world.charge("2027-01", now=DUE + timedelta(days=354))

    assert 13 == len(world.anchor.entries())


def test_a_clock_that_was_put_back_frees_no_charge(world: ReportsWorld) -> None:
    for number in range(1, 13):
        world.charge(f"2026-{number:02}", now=DUE)

    with pytest.raises(Refused, match="within a year"):
        world.charge("2027-01", now=DUE - timedelta(days=500))


def test_an_anchor_of_another_ledger_is_not_adopted(world: ReportsWorld) -> None:
    world.charge("2026-11", now=CLOSED - timedelta(days=30))
    (world.folder / "anchor").write_text(json.dumps({"hash": "0"}) + "\n")

    with world.platform.writing() as session, pytest.raises(Refused, match="nothing was adopted"):
        ledger.adopt(session, world.anchor)
