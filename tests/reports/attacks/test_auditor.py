"""The auditor measures from outside how much privacy a draw spends."""

import pytest

from reports.protect import add_noise
from reports.spec import SPEC
from tests.reports import asked
from tests.reports.attacks import naive
from tests.reports.attacks.audit import least_epsilon, least_epsilon_of
from tests.reports.attacks.effort import EPSILON, LONGER

DRAWS = 8_000 * LONGER
FREEZES = 1_500 * LONGER
WITHOUT = asked.counts([40, 0, 0, 10, 9, 0, 5, 0, 0], [30, 24, 10])
WITH = asked.counts([40, 0, 0, 10, 10, 0, 5, 0, 0], [30, 25, 10])
TEN_TIMES = asked.counts([40, 0, 0, 10, 19, 0, 5, 0, 0], [30, 34, 10])


def test_six_times_too_little_noise_is_found() -> None:
    assert least_epsilon(naive.too_little_noise, EPSILON, 50, DRAWS) > 3 * EPSILON


def test_a_release_spends_no_more_on_one_reply_than_is_claimed() -> None:
    assert least_epsilon_of(WITHOUT, WITH, FREEZES) <= SPEC.epsilon


def test_a_release_that_counts_a_reply_twice_is_found() -> None:
    assert least_epsilon_of(WITHOUT, TEN_TIMES, FREEZES) > SPEC.epsilon


@pytest.mark.parametrize("base", [0, 1, 9, 10, 700, 100_000])
def test_the_draw_spends_no_more_than_is_claimed(base: int) -> None:
    assert least_epsilon(add_noise, EPSILON, base, DRAWS) <= EPSILON
