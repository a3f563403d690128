"""The motivated intruder knows every answer but one."""

import math
import random
from collections.abc import Sequence

import pytest

from reports.protect import add_noise
from tests.reports import chance
from tests.reports.attacks import naive
from tests.reports.attacks.effort import EPSILON, LONGER, OPTIONS

TRIES = 3000 * LONGER
KNOWN = [40, 23, 61, 12]
ODDS = math.exp(2 * EPSILON)
BOUND = ODDS / (ODDS + OPTIONS - 1)
"""The most that a guess between four options can gain from ε, one answer put for another."""

Tables = list[list[int]]


@pytest.fixture
def luck() -> random.Random:
    return random.Random("the intruder")


@pytest.fixture
def answers(luck: random.Random) -> list[int]:
    """What the one whom the intruder is after answered, in so many months."""
    return [luck.randrange(OPTIONS) for _ in range(TRIES)]


def test_rounded_counts_give_the_last_answer_away(answers: list[int], luck: random.Random) -> None:
    rounded = [[naive.round_to_five(count) for count in cells] for cells in _true(answers)]
    known = [naive.round_to_five(count) for count in KNOWN]

    assert _accuracy(rounded, known, answers, luck) > BOUND + chance.of_shares(TRIES)


def test_released_counts_give_no_more_away_than_epsilon_allows(
    answers: list[int], luck: random.Random
) -> None:
    noise = iter(add_noise([0] * (OPTIONS * TRIES), EPSILON))
    released = [[count + next(noise) for count in cells] for cells in _true(answers)]

    assert _accuracy(released, KNOWN, answers, luck) < BOUND + chance.of_shares(TRIES)


def _true(answers: list[int]) -> Tables:
    """For each answer the counts with it."""
    return [[count + (o == answer) for o, count in enumerate(KNOWN)] for answer in answers]


def _accuracy(
    released: Tables, known: Sequence[int], answers: list[int], luck: random.Random
) -> float:
    """How often the most likely answer is right; ties are broken by chance."""
    guessed = 0
    for cells, answer in zip(released, answers, strict=True):
        scores = [
            abs(cell - count - 1) - abs(cell - count)
            for cell, count in zip(cells, known, strict=True)
        ]
        best = [option for option in range(OPTIONS) if scores[option] == min(scores)]
        guessed += luck.choice(best) == answer
    return guessed / len(answers)
