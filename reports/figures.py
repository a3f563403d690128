"""One published figure: its value, its margin and its mark. Pure."""

import math
from dataclasses import dataclass
from typing import Any

from reports.estimate import Ratio
from reports.spec import Spec

UNRELIABLE, CLOSED = "[u]", "[c]"

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
        """Return a share in per cent."""
        margin = min(100 * spec.deviations * ratio.deviation, 100.0)
        digits = max(1, 1 - math.floor(math.log10(margin))) if margin > 0 else 1
        shown = math.ceil(margin * 10**digits) / 10**digits
        estimate = round(100 * ratio.value, digits)
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


def _note(estimate: float, margin: float, spec: Spec) -> str:
    return UNRELIABLE if margin > spec.unreliable_from * estimate else ""
