"""Count the draws that are really made."""

import pytest

from reports import protect


def counted_draws(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The plans of all draws from now on."""
    draws: list[object] = []
    honest = protect.draw

    def counted(counts: object, plan: object, spec: object) -> object:
        draws.append(plan)
        return honest(counts, plan, spec)  # type: ignore[arg-type]

    monkeypatch.setattr(protect, "draw", counted)
    return draws
