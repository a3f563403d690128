"""One line of the benchmark table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """`value` and `target` as they are printed; `met` is whether the target is reached."""

    name: str
    value: str
    target: str
    met: bool
    note: str = ""
