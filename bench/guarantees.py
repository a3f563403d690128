"""What somebody may give away: ε of a month and a year, composed numerically at small δ.

`python -m bench.guarantees` prints the table of `docs/method.md` (Google's dp-accounting: privacy
loss distributions, Meiser and Mohammadi 2018; Koskela, Jälkö and Honkela 2020).
"""

from collections.abc import Iterator, Sequence

from dp_accounting.pld import privacy_loss_distribution

from reports.spec import SPEC

DELTAS = (1e-6, 1e-9)
MONTHS, TENANCIES = 12, 2
GRID = 1e-4
"""How finely privacy losses are told apart; the results are upper bounds."""

TOPIC = (SPEC.changed_epsilon, SPEC.topics_epsilon, SPEC.answers_epsilon)
REPLY = (SPEC.mailed_epsilon, *TOPIC, SPEC.other_epsilon)
CASES = {
    "whether they were mailed": (SPEC.mailed_epsilon,),
    "whether they said that something changed": (SPEC.changed_epsilon,),
    "what help they want": (SPEC.other_epsilon,),
    "a topic, its answer and “yes”, which go together": TOPIC,
    "one topic and answer put for another": (*TOPIC[1:], *TOPIC[1:]),
    "the whole reply": REPLY,
}


def table() -> Iterator[str]:
    """A row for each thing that somebody may want to know of a tenant."""
    heads = ("what", "month", "year, the same each month", "at 10⁻⁶", "at 10⁻⁹")
    yield f"| {' | '.join(heads)} | two tenancies, at 10⁻⁹ |"
    yield "|---|---:|---:|---:|---:|---:|"
    for what, parts in CASES.items():
        year, both = year_of(parts, MONTHS), year_of(parts, MONTHS * TENANCIES)
        pure = sum(parts)
        cells = (pure, MONTHS * pure, *year, both[-1])
        yield f"| {what} | {' | '.join(f'{cell:.2f}' for cell in cells)} |"


def year_of(parts: Sequence[float], months: int) -> list[float]:
    """ε at each of `DELTAS` for Laplace mechanisms of these ε, so many months."""
    whole = None
    for epsilon in parts:
        loss = privacy_loss_distribution.from_laplace_mechanism(
            1 / epsilon, value_discretization_interval=GRID
        )
        whole = loss if whole is None else whole.compose(loss)
    composed = whole.self_compose(months) if whole is not None else None
    return [composed.get_epsilon_for_delta(delta) for delta in DELTAS] if composed else []


if __name__ == "__main__":
    for line in table():
        print(line)
