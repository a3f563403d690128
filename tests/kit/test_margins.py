"""Margins as they are printed: rounded up, by at most a tenth."""

import pytest

from kit import margins


@pytest.mark.parametrize(
    ("margin", "printed"),
    [(0.0304, 0.031), (0.1, 0.1), (1.01, 1.1), (9.91, 10.0), (12.34, 12.4), (98.0, 98.0), (0, 0)],
)
def test_a_margin_is_rounded_up(margin: float, printed: float) -> None:
    assert printed == margins.rounded_up(margin)


def test_no_margin_grows_by_more_than_a_tenth() -> None:
    every = [0.01 * 1.013**step for step in range(700)]

    assert all(1 - 1e-9 <= margins.rounded_up(each) / each <= 1.1 for each in every)
