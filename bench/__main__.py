"""`make bench`: everything in this package that can be measured, as one table.

`python -m bench compile demo` measures only those.
"""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import cast

from rich.console import Console
from rich.table import Table

import bench
from bench.rows import Measurement

WIDTH = 170
Measure = Callable[[], Sequence[Measurement]]


def main(wanted: Sequence[str]) -> int:
    """Measure what is wanted, or all; returns the exit code: 1 if a target is missed."""
    measures = dict(_measures())
    if unknown := sorted(set(wanted) - set(measures)):
        print(f"No such figures: {', '.join(unknown)}. There are: {', '.join(measures)}.")
        return 2
    rows: list[Measurement] = []
    for name in wanted or measures:
        print(f"Measuring {name}", file=sys.stderr)
        rows += measures[name]()
    Console(width=None if sys.stdout.isatty() else WIDTH).print(_table(rows))
    return int(not all(row.met for row in rows))


def _measures() -> Iterator[tuple[str, Measure]]:
    for module in pkgutil.iter_modules(bench.__path__):
        if module.name.startswith("__"):
            continue
        measure = getattr(importlib.import_module(f"bench.{module.name}"), "measure", None)
        if measure is not None:
            yield module.name, cast(Measure, measure)


def _table(rows: Sequence[Measurement]) -> Table:
    table = Table("figure", "value", "target", "verdict", "note")
    for row in rows:
        verdict = "[green]ok[/]" if row.met else "[red]missed[/]"
        table.add_row(row.name, row.value, row.target, verdict, row.note)
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
