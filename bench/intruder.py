"""How often an intruder guesses right who knows everything but one thing.

`python -m bench.intruder` prints the table of `docs/method.md`.

Two worlds differ in a few cells of a few histograms, in each by as many replies as is said here.
The intruder sees the noisy cells, and names the world that makes them likelier, which no other rule
can beat (Neyman and Pearson 1933). By chance alone 50 of 100 guesses are right.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from reports.protect import add_noise
from reports.spec import SPEC

Moved = Sequence[tuple[float, int, int]]
"""Of each histogram that tells the worlds apart: its ε, how many cells, by how many replies."""

CHANGES = (SPEC.changed_epsilon, SPEC.topics_epsilon, SPEC.answers_epsilon)
REPLY = (*CHANGES, SPEC.other_epsilon)
GUESSES: dict[str, Moved] = {
    "replied, or not": [(epsilon, 1, 1) for epsilon in REPLY],
    "said that something changed in one way, or that nothing did": [(e, 2, 1) for e in CHANGES],
    "one topic and answer, or another": [(epsilon, 2, 1) for epsilon in CHANGES[1:]],
    "one kind of help, or another": [(SPEC.other_epsilon, 2, 1)],
    "replied, or not, for somebody with two tenancies who answers alike for both": [
        (epsilon, 1, 2) for epsilon in REPLY
    ],
}
YEAR = 12
TRIES = 20_000
TOPICS = 4

Likelihood = NDArray[np.float64]


def table() -> Iterator[str]:
    """The table of `docs/method.md`, in Markdown."""
    yield "| guess | one month | twelve months, the same each |"
    yield "|---|---:|---:|"
    for guess, moved in GUESSES.items():
        month, year = (round(100 * right(moved, months)) for months in (1, YEAR))
        yield f"| {guess} | {month} | {year} |"
    month, year = (round(100 * right_of_many(months)) for months in (1, YEAR))
    yield f"| one topic of four ({100 // TOPICS} is chance) | {month} | {year} |"


def right(moved: Moved, months: int) -> float:
    """Return the share of right guesses between two worlds, in so many months."""
    found = sum(
        (_told(epsilon, by, cells * months) for epsilon, cells, by in moved), np.zeros(TRIES)
    )
    return float(np.mean(found > 0) + np.mean(found == 0) / 2)


def right_of_many(months: int) -> float:
    """Return the share of right guesses between `TOPICS` topics, each with an answer of its own."""
    scores = np.zeros((TRIES, TOPICS))
    for epsilon in CHANGES[1:]:
        for _ in range(months):
            noise = np.array(add_noise([0] * (TRIES * TOPICS), epsilon)).reshape(TRIES, TOPICS)
            noise[:, 0] += 1
            scores += epsilon * (np.abs(noise) - np.abs(noise - 1))
    best = scores.max(axis=1, keepdims=True)
    ties = np.isclose(scores, best)
    return float(np.mean(ties[:, 0] / ties.sum(axis=1)))


def _told(epsilon: float, by: int, cells: int) -> Likelihood:
    """Return the logarithm of how much likelier the true world makes the cells, in each try."""
    noise = np.array(add_noise([0] * (TRIES * cells), epsilon)).reshape(TRIES, cells)
    told: Likelihood = epsilon * (np.abs(noise + by) - np.abs(noise)).sum(axis=1)
    return told


if __name__ == "__main__":
    for line in table():
        print(line)
