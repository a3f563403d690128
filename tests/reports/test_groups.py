"""Groups follow from who was mailed, on both sides of each threshold."""

import pytest

from reports.groups import ALL, OTHER, Group, GroupScope, public_groups
from reports.spec import SPEC


def _shape(**mailed: int) -> list[tuple[str, int, GroupScope]]:
    return [(group.name, group.mailed, group.scope) for group in public_groups(mailed, SPEC)]


def test_an_association_stands_alone_from_seven_hundred() -> None:
    assert [("a", 700, GroupScope.FULL), (OTHER, 699, GroupScope.RATE)] == _shape(a=700, b=699)


def test_small_associations_are_counted_together() -> None:
    assert [("a", 900, GroupScope.FULL), (OTHER, 800, GroupScope.FULL)] == _shape(
        a=900, b=300, c=500
    )


@pytest.mark.parametrize(
    ("mailed", "scope"),
    [
        (700, GroupScope.FULL),
        (699, GroupScope.RATE),
        (50, GroupScope.RATE),
        (49, GroupScope.NOTHING),
    ],
)
def test_without_one_that_stands_alone_everybody_is_one_group(
    mailed: int, scope: GroupScope
) -> None:
    assert [(ALL, mailed, scope)] == _shape(a=mailed - 10, b=10)


def test_the_largest_come_first_and_the_others_last() -> None:
    assert ["b", "c", "a", OTHER] == [each[0] for each in _shape(a=700, b=900, c=800, d=1)]


def test_an_association_that_is_called_like_a_group_is_one_of_the_others() -> None:
    groups = public_groups({ALL: 5000, "a": 900}, SPEC)

    assert [
        Group("a", frozenset({"a"}), 900, GroupScope.FULL),
        Group(OTHER, frozenset({ALL}), 5000, GroupScope.FULL),
    ] == list(groups)


def test_nobody_mailed_is_no_group() -> None:
    assert () == public_groups({}, SPEC)
