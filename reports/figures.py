"""One published figure: its value, its margin and its mark. Pure."""

import math
from dataclasses import dataclass
from typing import Any

from kit import margins
from reports.estimate import Ratio
from reports.spec import Spec

UNRELIABLE, CLOSED = "[u]", "[c]"

NARROWEST = 0.1
"""The least margin as a part of the one that a value within 0…100 has."""

BEYOND = 1e-6
"""Added to a margin that has to be more than a part of the figure, as printed."""

Figure = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A figure's month, group and measure."""

    group: str
    measure: str
    question: str = ""
    option: str = ""

    def closed(self) -> Figure:
        """Return a figure without a value, for a group that is too small."""
        return self._figure(None, None, CLOSED)

    def number(self, value: float, noise: float, spec: Spec) -> Figure:
        """Return a number of people, from an estimate and the variance of its noise."""
        margin = math.ceil(spec.deviations * math.sqrt(noise))
        estimate = max(round(value), 0)
        return self._figure(estimate, margin, _note(estimate, margin, spec))

    def percentage(self, ratio: Ratio, spec: Spec) -> Figure:
        """Return a share in per cent.

        Its interval, the estimate ± the margin, cut at 0 and 100, holds the truth 95 times in 100.
        """
        margin = _margin(ratio, spec)
        estimate, shown = (
            round(100 * ratio.value, margins.decimals(margin)),
            margins.rounded_up(margin),
        )
        return self._figure(estimate, shown, _note(estimate, shown, spec))

    def _figure(self, estimate: float | None, margin: float | None, note: str) -> Figure:
        return {
            "group": self.group,
            "measure": self.measure,
            "question": self.question,
            "option": self.option,
            "estimate": estimate,
            "margin": margin,
            "note": note,
        }


def _margin(ratio: Ratio, spec: Spec) -> float:
    """Return the distance, in points, from the value to the further end of its interval.

    Where noise took a value below 0 or above 1, that is less than the usual margin; a share that
    the usual margin makes unreliable remains so.
    """
    value, usual = ratio.value, min(spec.deviations * ratio.deviation, 1.0)
    low, high = ratio.interval(spec.deviations)
    margin = max(high - value, value - low, NARROWEST * usual)
    if usual > spec.unreliable_from * value:
        margin = max(margin, spec.unreliable_from * value + BEYOND)
    return min(100 * margin, 100.0)


def _note(estimate: float, margin: float, spec: Spec) -> str:
    return UNRELIABLE if margin > spec.unreliable_from * estimate else ""
