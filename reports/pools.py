"""Figures over several months, made from the released values. Pure; they cost no privacy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.cube import Asked, Noisy, Plan
from reports.estimate import Ratio, together
from reports.groups import ALL, Group, GroupScope
from reports.measured import Measured, Shares

WINDOWS = (3, 12)
"""Lengths in calendar months, ending with the release's own month."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The months of a window whose releases can be pooled, oldest first."""

    window: int
    parts: tuple[Measured, ...]

    @property
    def suffix(self) -> str:
        """The ending of a pooled figure's measure."""
        return f"_{self.window}_months"

    @property
    def months(self) -> list[str]:
        return [part.plan.month for part in self.parts]

    def rate(self, name: str) -> Ratio | None:
        """The response rate of a group that was drawn in each of the months."""
        if any(
            not _has(part, name) or part.scope(name) == GroupScope.NOTHING for part in self.parts
        ):
            return None
        return together([each.rate(name) for each in self.parts])

    def shares(self, name: str) -> Shares:
        """The shares of those questions that each of the months asked of this group."""
        found = [part.shares(name) if _has(part, name) else {} for part in self.parts]
        return {
            place: together([shares[place] for shares in found])
            for place in found[-1]
            if all(place in shares for shares in found)
        }


def pools(month: Measured, earlier: Sequence[Mapping[str, Any]]) -> list[Pool]:
    """Return the pools that end with a month; each has more months than the one before it."""
    found, most = [], 1
    for window in WINDOWS:
        parts = (*_within(window, month, earlier), month)
        if len(parts) > most:
            found.append(Pool(window, parts))
            most = len(parts)
    return found


def _within(
    window: int, month: Measured, earlier: Sequence[Mapping[str, Any]]
) -> Iterator[Measured]:
    """The earlier months of a window that were drawn under the same spec, oldest first."""
    newest, spec = _number(month.plan.month), month.spec.as_json()
    for shown in sorted(earlier, key=lambda each: str(each["month"])):
        is_same = {key: shown["spec"].get(key) for key in spec} == spec
        if is_same and newest - window < _number(shown["month"]) < newest:
            yield Measured(noisy_of(shown), plan_of(shown), month.spec)


def plan_of(shown: Mapping[str, Any]) -> Plan:
    """Return the plan of a published document, with every number of mailed tenants 0."""
    groups = shown["groups"][1:] or shown["groups"]
    return Plan(
        shown["month"],
        tuple(Group(each["group"], frozenset(), 0, GroupScope(each["scope"])) for each in groups),
        tuple(map(Asked.from_json, shown["questions"])),
    )


def noisy_of(shown: Mapping[str, Any]) -> list[Noisy]:
    """The noisy values of a published document."""
    return [Noisy.from_json(each) for each in shown["measurements"]["groups"]]


def _has(month: Measured, name: str) -> bool:
    return name == ALL or name in month.names


def _number(month: str) -> int:
    """Months since year 0."""
    year, _, number = month.partition("-")
    return 12 * int(year) + int(number)
