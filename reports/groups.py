"""The groups of a month, which depend only on the numbers of mailed tenants. Pure.

If they depended on the replies, the list of groups would reveal something about them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from reports.spec import Spec

ALL = "All tenants"
OTHER = "Other housing associations"
RESERVED = frozenset({ALL, OTHER})


class GroupScope(StrEnum):
    """What is drawn for a group."""

    FULL = "full"
    RATE = "rate"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Group:
    """Housing associations counted together. Each mailed tenant is in exactly one group."""

    name: str
    members: frozenset[str]
    mailed: int
    scope: GroupScope


def public_groups(mailed: Mapping[str, int], spec: Spec) -> tuple[Group, ...]:
    """The groups of a month from the number of mailed tenants of each housing association.

    An association stands alone from `alone_from`; all others make one group. Where nobody stands
    alone, that one group is everybody. Largest first, the others last.
    """
    alone = [
        name
        for name, count in sorted(mailed.items(), key=_largest_first)
        if count >= spec.alone_from and name not in RESERVED
    ]
    groups = [_group(name, [name], mailed, spec) for name in alone]
    if rest := mailed.keys() - set(alone):
        groups.append(_group(OTHER if alone else ALL, rest, mailed, spec))
    return tuple(groups)


def _group(name: str, members: Iterable[str], mailed: Mapping[str, int], spec: Spec) -> Group:
    members = frozenset(members)
    count = sum(mailed[member] for member in members)
    return Group(name, members, count, _scope(count, spec))


def _scope(mailed: int, spec: Spec) -> GroupScope:
    if mailed >= spec.alone_from:
        return GroupScope.FULL
    return GroupScope.RATE if mailed >= spec.rate_from else GroupScope.NOTHING


def _largest_first(entry: tuple[str, int]) -> tuple[int, str]:
    name, count = entry
    return (-count, name)
