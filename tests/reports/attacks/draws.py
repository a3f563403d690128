"""Count the draws that are really made."""

import pytest

from reports import protect
from reports.cube import Counts, Plan
from reports.spec import Spec


def counted_draws(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """The plans of all draws from now on."""
    draws: list[Plan] = []
    honest = protect.draw

    def counted(counts: list[Counts], plan: Plan, spec: Spec) -> object:
        draws.append(plan)
        return honest(counts, plan, spec)

    monkeypatch.setattr(protect, "draw", counted)
    return draws
