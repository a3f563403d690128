"""The usual ways to publish counts, built to be broken: each attack must succeed against them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from replies.form.questions import Answers
from replies.form.schema import chosen
from reports.groups import ALL
from reports.protect import add_noise

THRESHOLD = 10
BASE = 5

Table = Mapping[str, Sequence[int]]
"""A group's name and its count for each option."""


def round_to_five(count: int) -> int:
    return BASE * ((count + 2) // BASE)


def rounded_live(counts: Sequence[int]) -> list[int | None]:
    """Counted anew at each look, under ten hidden, rounded to five: a “safe” live board."""
    return [None if count < THRESHOLD else round_to_five(count) for count in counts]


def threshold_only(table: Table) -> dict[str, list[int | None]]:
    """Exact, with totals, cells under ten hidden: what a pivot table with a filter gives."""
    shown = {
        name: [None if count < THRESHOLD else count for count in cells]
        for name, cells in table.items()
    }
    columns = [sum(column) for column in zip(*table.values(), strict=True)]
    return shown | {ALL: list(columns)}


def pivot(replies: Iterable[Answers]) -> Counter[tuple[str, str]]:
    """A row for each answer that somebody gave, and none for the others."""
    return Counter(
        (key, option) for said in replies for key in said for option in chosen(said, key)
    )


def exact_inside(counts: Sequence[int]) -> dict[str, object]:
    """Rounded for display only: the page's data has the exact counts beside them."""
    return {"shown": rounded_live(counts), "counts": list(counts)}


def noisy_live(counts: Sequence[int], epsilon: float) -> list[int]:
    """Honest noise, but drawn anew at each look."""
    return add_noise(counts, epsilon)


class NoisyOnce:
    """Honest noise, drawn once: as long as nobody restores the database that says so."""

    def __init__(self, counts: Sequence[int], epsilon: float) -> None:
        self._counts, self._epsilon = counts, epsilon
        self.database: dict[str, list[int]] = {}

    def look(self, month: str) -> list[int]:
        if month not in self.database:
            self.database[month] = add_noise(self._counts, self._epsilon)
        return self.database[month]


def too_little_noise(counts: Sequence[int], epsilon: float) -> list[int]:
    """Claims ε and spends six times as much."""
    return add_noise(counts, 6 * epsilon)
