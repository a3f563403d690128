"""The pooler hopes that pooled and conditional figures say more than the months' own releases."""

import json
from typing import Any

import pytest

from reports.document import document
from reports.freeze import freeze
from reports.pools import noisy_of, plan_of
from reports.protect import add_noise
from reports.spec import SPEC, canonical
from tests.reports.attacks import served
from tests.support.reports import CLOSED, MONTH, ReportsWorld, small_month

BEFORE = "2026-11"


@pytest.fixture
def months(world: ReportsWorld) -> list[dict[str, Any]]:
    """Two months of one group, as they were published."""
    ids = small_month(world)
    world.open_round(BEFORE)
    world.link(ids, BEFORE)
    world.reply(ids[:25], month=BEFORE)
    for month in (BEFORE, MONTH):
        freeze(world.desk(), month, now=CLOSED)
    return [json.loads(served.drawn(world, month).document or "") for month in (BEFORE, MONTH)]


def _is_made_of_what_is_published(shown: dict[str, Any], earlier: dict[str, Any]) -> bool:
    again = document(
        noisy_of(shown),
        plan_of(shown),
        SPEC,
        released_on=CLOSED.date(),
        earlier=[earlier],
    )
    return canonical(again) == canonical(shown)


def test_a_pooled_figure_with_a_draw_of_its_own_is_found(months: list[dict[str, Any]]) -> None:
    before, shown = months
    pooled = next(f for f in shown["figures"] if f["measure"] == "share_3_months")
    pooled["estimate"] += add_noise([40], 0.001)[0] or 1

    assert not _is_made_of_what_is_published(shown, before)


def test_every_figure_is_made_of_published_noisy_values_alone(
    months: list[dict[str, Any]],
) -> None:
    before, shown = months

    assert [BEFORE, MONTH] == shown["pools"][0]["months"]
    assert _is_made_of_what_is_published(shown, before)
