"""What is published of noisy values: sums, shares, margins, marks and pools."""

import json
from datetime import date
from typing import Any

import pytest

from reports import protect
from reports.cube import Counts, Plan
from reports.document import document
from reports.groups import ALL
from reports.measured import Measured
from reports.pools import noisy_of, plan_of
from reports.protect import draw
from reports.spec import SPEC
from tests.reports import asked

RELEASED = date(2027, 1, 4)
MANY = asked.counts([240, 0, 0, 60, 40, 0, 30, 30, 0], [100, 60, 240])
"""400 replies: 160 said yes; 100 about work, of which 60 started; 60 about home."""
NOBODY = asked.counts([0] * 9, [0] * 3)

Key = tuple[str, str, str, str]


@pytest.fixture
def no_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    def unchanged(cells: list[int], _epsilon: float, *, weight: int = 1) -> list[int]:
        assert weight
        return list(cells)

    monkeypatch.setattr(protect, "add_noise", unchanged)


def _document(counts: list[Counts], plan: Plan, *earlier: dict[str, Any]) -> dict[str, Any]:
    drawn = draw(counts, plan, SPEC)
    return document(drawn, plan, SPEC, released_on=RELEASED, earlier=earlier)


def _figures(shown: dict[str, Any]) -> dict[Key, dict[str, Any]]:
    names = ("group", "measure", "question", "option")
    return {tuple(f[name] for name in names): f for f in shown["figures"]}


def _estimates(shown: dict[str, Any]) -> dict[Key, float | None]:
    return {key: figure["estimate"] for key, figure in _figures(shown).items()}


@pytest.mark.usefixtures("no_noise")
def test_without_noise_the_figures_are_the_truth() -> None:
    found = _estimates(_document([MANY], asked.plan(a=800)))

    assert (800, 400, 50.0) == tuple(
        found["a", measure, "", ""] for measure in ("mailed", "replies", "response_rate")
    )
    assert 40.0 == found["a", "share", "changed", "yes"]
    assert 25.0 == found["a", "share", "topics", "work"]
    assert 60.0 == found["a", "share_of_asked", "work", "started"]
    assert 50.0 == found["a", "share_of_asked", "home", "left"]
    assert 15.0 == found["a", "share", "help", "debts"]


@pytest.mark.usefixtures("no_noise")
def test_all_tenants_are_the_groups_added_up() -> None:
    other = asked.counts([40, 0, 0, 0, 60, 0, 0, 0, 0], [100, 0, 0])
    found = _estimates(_document([MANY, other], asked.plan(a=900, b=800)))

    assert 500 == found[ALL, "replies", "", ""]
    assert 44.0 == found[ALL, "share", "changed", "yes"]
    assert 37.5 == found[ALL, "share_of_asked", "work", "started"]


def test_sums_agree_before_anything_is_clamped() -> None:
    plan = asked.plan(a=900, b=800)
    shown = _document([MANY, NOBODY], plan)
    month = Measured(noisy_of(shown), plan_of(shown), SPEC)

    for place, whole in month.shares(ALL).items():
        parts = [month.shares(name)[place].part for name in ("a", "b")]
        assert whole.part == pytest.approx(sum(parts))
    shares = month.shares("a")
    topic = shares["topics.1", "work"].part
    assert topic == pytest.approx(sum(shares["work.1", o].part for o, _ in asked.WORK.options))
    assert topic == pytest.approx(shares["work.1", "started"].whole)


def test_a_month_that_nobody_answered_stays_within_its_margin_and_is_marked() -> None:
    """A group in thousands may look readable by chance; three of 64 in one draw do not."""
    groups = 64
    plan = asked.plan(**{f"h{n:03}": 720 for n in range(groups)})
    shown = _figures(_document([NOBODY] * groups, plan))
    total = shown[ALL, "replies", "", ""]

    assert total["estimate"] < 3 * total["margin"]
    readable = {
        group
        for (group, *_), figure in shown.items()
        if figure["measure"].startswith("share") and figure["note"] != "[u]"
    }
    assert len(readable) < 3
    assert ALL not in readable


def test_every_estimate_has_a_margin_and_is_marked_where_that_is_over_half_of_it() -> None:
    figures = _figures(_document([MANY], asked.plan(a=800))).values()

    for figure in figures:
        assert (figure["margin"] > figure["estimate"] / 2) == (figure["note"] == "[u]")


def test_a_group_that_is_too_small_is_closed() -> None:
    shown = _figures(_document([MANY, NOBODY], asked.plan(a=900, d=3)))
    others = {key[1]: f for key, f in shown.items() if key[0] == "Other housing associations"}

    assert {"mailed": "[c]", "replies": "[c]", "response_rate": "[c]"} == {
        measure: figure["note"] for measure, figure in others.items()
    }


def test_no_exact_number_of_mailed_tenants_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    def seven_more(cells: list[int], _epsilon: float, *, weight: int = 1) -> list[int]:
        return [cell + 7 * weight for cell in cells]

    monkeypatch.setattr(protect, "add_noise", seven_more)
    shown = _document([MANY, MANY], asked.plan(a=12_345, b=2_345))

    assert 12_352 == _estimates(shown)["a", "mailed", "", ""]
    assert "12345" not in json.dumps(shown)


def test_which_figures_there_are_depends_on_the_plan_alone() -> None:
    plan = asked.plan(a=900, b=800, c=60, d=3)
    some = _figures(_document([MANY, MANY, MANY], plan))
    none = _figures(_document([NOBODY] * 3, plan))

    assert some.keys() == none.keys()


@pytest.mark.usefixtures("no_noise")
def test_three_months_are_pooled_by_adding_them_up() -> None:
    empty = asked.counts([100, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 100])
    earlier = [_document([empty], asked.plan(month, a=800)) for month in ("2026-08", "2026-11")]
    shown = _document([MANY], asked.plan(a=800), *earlier)
    found = _estimates(shown)

    assert [{"suffix": "_3_months", "months": ["2026-11", "2026-12"]}] == [shown["pools"][0]]
    assert ["2026-08", "2026-11", "2026-12"] == shown["pools"][1]["months"]
    assert found["a", "response_rate_3_months", "", ""] in {31.2, 31.3}  # 31.25 is a tie
    assert 32.0 == found["a", "share_3_months", "changed", "yes"]
    assert 60.0 == found["a", "share_of_asked_3_months", "work", "started"]


def test_the_document_can_be_made_again_from_the_published_noisy_values_alone() -> None:
    plans = [asked.plan(month, a=900, b=60, c=3) for month in ("2026-11", "2026-12")]
    before = _document([MANY, NOBODY], plans[0])
    shown = _document([MANY, NOBODY], plans[1], before)

    again = document(noisy_of(shown), plan_of(shown), SPEC, released_on=RELEASED, earlier=[before])

    assert shown == again


def test_margins_round_up_and_digits_follow_them() -> None:
    big = asked.counts([30_000, 0, 0, 5_000, 0, 0, 5_000, 0, 0], [20_000, 20_000, 0])
    figure = _figures(_document([big], asked.plan(a=100_000)))["a", "share", "changed", "yes"]

    assert 0 < figure["margin"] < 0.1
    assert figure["estimate"] == round(figure["estimate"], 3)


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """95 in 100 are expected; fewer than 85 of 300 come by chance less than once in 10⁹."""
    plan, tries, held = asked.plan(a=800), 300, 0
    for _ in range(tries):
        figure = _figures(_document([MANY], plan))["a", "share", "topics", "work"]
        held += abs(figure["estimate"] - 25) <= figure["margin"]

    assert 0.85 * tries <= held
