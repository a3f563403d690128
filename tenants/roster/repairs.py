"""Count what an import repairs by itself, and report it in one line."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


@dataclass(slots=True)
class Repairs:
    """How often each repair was made, without any content of the file."""

    left_out: Counter[str] = field(default_factory=Counter)
    """Rows and columns left out, by their name in the singular."""
    rows_with_invisible: int = 0
    separator: str = ","
    has_bare_returns: bool = False

    def sentence(self) -> str:
        """One line for people; empty if nothing had to be repaired."""
        parts = [*self._left_out(), *self._read_otherwise()]
        return f"Repaired: {'; '.join(parts)}." if parts else ""

    def _left_out(self) -> Iterator[str]:
        counted = [_counted(what, times) for what, times in self.left_out.items() if times]
        if counted:
            *others, last = counted
            yield f"{' and '.join(filter(None, (', '.join(others), last)))} left out"

    def _read_otherwise(self) -> Iterator[str]:
        if self.rows_with_invisible:
            rows = _counted("row", self.rows_with_invisible)
            yield f"invisible characters taken out of {rows}"
        if self.separator in SEPARATORS:
            yield f"{SEPARATORS[self.separator]} read as commas"
        if self.has_bare_returns:
            yield "line ends of an old Mac (CR alone) read as line ends"


def _counted(what: str, times: int) -> str:
    return f"{times:,} {what}{'' if times == 1 else 's'}"
