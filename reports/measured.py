"""The estimates of one month: each group's, and those of all tenants. Pure."""

from collections.abc import Mapping, Sequence

from reports.cube import Noisy, Plan
from reports.estimate import Estimator, Ratio, together
from reports.groups import ALL, Group, GroupScope
from reports.protect import drawn_groups
from reports.spec import Spec

Shares = Mapping[tuple[str, str], Ratio]
"""By a question's name and an option's key."""


class Measured:
    """A month's noisy values with what can be estimated from them, by a group's name."""

    def __init__(self, noisy: Sequence[Noisy], plan: Plan, spec: Spec) -> None:
        self.plan, self.spec = plan, spec
        self._estimator = Estimator(plan, spec)
        drawn = drawn_groups(plan)
        self._noisy = {g.name: each for g, each in zip(drawn, noisy, strict=True)}
        self._groups = {group.name: group for group in plan.groups}
        self._shares: dict[str, Shares] = {}

    @property
    def names(self) -> list[str]:
        """All tenants first, then each group, unless there is only one."""
        names = list(self._groups)
        return names if len(names) == 1 else [ALL, *names]

    def scope(self, name: str) -> GroupScope:
        """What is published of a group; of all tenants, the most of any."""
        if name in self._groups:
            return self._groups[name].scope
        scopes = {group.scope for group in self.plan.groups}
        return next(
            scope
            for scope in (GroupScope.FULL, GroupScope.RATE, GroupScope.NOTHING)
            if scope in scopes
        )

    def rate(self, name: str) -> Ratio:
        """How many replied, of those mailed."""
        return together([self._estimator.rate(g, self._noisy[g.name]) for g in self._in(name)])

    def shares(self, name: str) -> Shares:
        """The shares of a group whose answers were drawn; none for the others."""
        if name not in self._shares:
            self._shares[name] = self._found(name)
        return self._shares[name]

    def _found(self, name: str) -> Shares:
        full = [g.name for g in self._in(name) if g.scope == GroupScope.FULL]
        if not full:
            return {}
        if name in full:
            return self._estimator.shares(self._noisy[name])
        parts = [self.shares(each) for each in full]
        return {place: together([part[place] for part in parts]) for place in parts[0]}

    def _in(self, name: str) -> list[Group]:
        """The drawn groups that a name stands for."""
        if name in self._groups:
            return [self._groups[name]]
        return drawn_groups(self.plan)
