"""The auditor measures from outside how much privacy a draw spends."""

import pytest

from reports.protect import add_noise
from tests.reports.attacks import naive
from tests.reports.attacks.audit import least_epsilon
from tests.reports.attacks.effort import EPSILON, LONGER

DRAWS = 8_000 * LONGER


def test_six_times_too_little_noise_is_found() -> None:
    assert least_epsilon(naive.too_little_noise, EPSILON, 50, DRAWS) > 3 * EPSILON


@pytest.mark.parametrize("base", [0, 1, 9, 10, 700, 100_000])
def test_the_draw_spends_no_more_than_is_claimed(base: int) -> None:
    assert least_epsilon(add_noise, EPSILON, base, DRAWS) <= EPSILON
