"""How often a change between two months of one group is seen, as the console compares them."""

from collections import Counter

import numpy as np

from bench.drawn_months import RELEASED, Answering, Population, counted
from bench.rows import Measurement
from checkin.demo import past
from console.released.differences import compare
from console.released.figures import of_group
from replies.form.questions import Answers
from reports import protect
from reports.cube import Plan
from reports.document import Document, document
from reports.spec import SPEC

MAILED, REPLIES = 1_600, 576
BEFORE, AFTER = 0.10, 0.15
MONTHS = 1_000
GOAL = 90
ROWS = {"changed": "Yes", "topics": "My work", "support": "Changing how I pay my rent"}
SAID: Answers = {"changed": "yes", "topics": ["work"], "work": "ended", "support": ["rent"]}
OTHERS: Answers = {"changed": "no"}
ANYBODY: Answering = past.random_answers


def measure(_scale: float = 1.0) -> list[Measurement]:
    """A share of 10 % that rises to 15 %, against the noise, and against both chances."""
    noise, both = seen(is_by_lot=False), seen(is_by_lot=True)
    return [
        Measurement(
            name=f"figures: a change of 5 points in 10 % seen, a group of {MAILED:,}",
            value=", ".join(f"{key} {100 * noise[key] / MONTHS:.0f} %" for key in ROWS),
            target=f"at least {GOAL} % against the noise alone",
            met=all(noise[key] >= GOAL / 100 * MONTHS for key in ROWS),
            note="with the chance of who replied: "
            + ", ".join(f"{key} {100 * both[key] / MONTHS:.0f} %" for key in ROWS),
        )
    ]


def seen(*, is_by_lot: bool) -> Counter[str]:
    """Return in how many of `MONTHS` pairs each question's change was beyond its margin.

    By lot, the replies of each month are a random sample, and the margin is that of both chances.
    """
    plan = Population(MAILED, 1, ANYBODY).plans[0]
    lot = np.random.default_rng(1)
    found: Counter[str] = Counter()
    for _ in range(MONTHS):
        said = [
            int(lot.binomial(REPLIES, share)) if is_by_lot else round(REPLIES * share)
            for share in (BEFORE, AFTER)
        ]
        before, after = (of_group(_released(plan, count), plan.groups[0].name) for count in said)
        for question in compare(before, after):
            for row in question.rows:
                if row.label == ROWS.get(question.key) and row.change is not None:
                    margin = row.sampling if is_by_lot else row.margin
                    found[question.key] += abs(row.change) > (margin or 0)
    return found


def _released(plan: Plan, said: int) -> Document:
    counts = counted(plan, [(SAID, said), (OTHERS, REPLIES - said)])
    return document(protect.draw([counts], plan, SPEC), plan, SPEC, released_on=RELEASED)


if __name__ == "__main__":
    for row in measure():
        print(f"{row.name}: {row.value}; {row.note}")
