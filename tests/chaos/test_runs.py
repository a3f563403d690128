"""Bounded runs of the suite; `make chaos` goes on for longer, with any seed."""

import os
import sys
from pathlib import Path

import pytest

from tests.chaos import broker, careless, cluster
from tests.chaos.run import Order, run
from tests.conftest import skip_or_fail

SEED = int(os.environ.get("CHECKIN_CHAOS_SEED", "1"))
RUNS_AT_MOST = 4
AT_SES = ("SES answer lost", "SES connection lost before", "SES throttles")

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]


@pytest.fixture(autouse=True)
def services() -> None:
    if not cluster.is_possible():
        skip_or_fail("a PostgreSQL server to start and kill (initdb)")
    if not broker.is_possible():
        skip_or_fail("a Redis server to start and kill (redis-server)")


def test_a_month_under_fire_reaches_everybody_once(tmp_path: Path) -> None:
    result = run(Order(SEED, mails=1500), tmp_path)
    assert result.is_good, f"settled: {result.is_settled}; {result.verdict}; {result.hits}"


@pytest.mark.parametrize("how", [careless.DOUBLES, careless.LOSES, careless.FORGETS])
def test_a_careless_engine_is_caught(tmp_path: Path, how: str) -> None:
    """In one of a few runs: a fault may strike between two requests and so spoil nothing."""
    assert any(_is_caught(tmp_path, how, seed) for seed in range(SEED, SEED + RUNS_AT_MOST))


def _is_caught(folder: Path, how: str, seed: int) -> bool:
    folder = folder / str(seed)
    folder.mkdir()
    few = Order(
        seed,
        mode="restored" if how == careless.FORGETS else "arriving",
        mails=300,
        rate=60.0,
        workers=1,
        seconds=1.0,
        kinds=() if how == careless.FORGETS else AT_SES,
        command=[sys.executable, "-m", "tests.chaos.careless", how],
    )
    verdict = run(few, folder).verdict
    return bool(verdict.missing if how == careless.LOSES else verdict.duplicates)
