"""The demo's output on stderr: a progress bar on a terminal, plain lines elsewhere."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from checkin.showing import deliveries, words

Shown = Mapping[str, Any]
SETTLED = "sent", "failed", "skipped"


class ProgressObserver(Protocol):
    """Receives the campaign's progress repeatedly."""

    def __call__(self, shown: Shown) -> None: ...


class Screen:
    """Prints lines and a progress bar."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)

    def say(self, line: str) -> None:
        """Print a step that is done."""
        self._console.print(escape(line), soft_wrap=True)

    def complain(self, line: str) -> None:
        """Print something that a person should correct."""
        self._console.print(f"[yellow]{escape(line)}[/]", soft_wrap=True)

    @contextmanager
    def watching(self) -> Iterator[ProgressObserver]:
        """Show a campaign's progress until the block ends."""
        if not self._console.is_terminal:
            yield _Lines(self)
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._console) as progress:
            yield _Bar(progress)


class _Bar:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("waiting for the first tick", total=None)

    def __call__(self, shown: Shown) -> None:
        self._progress.update(
            self._task,
            description=words(shown["state"]),
            total=shown["audience"],
            completed=sum(shown["deliveries"][state] for state in SETTLED),
        )


class _Lines:
    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._last = ""

    def __call__(self, shown: Shown) -> None:
        line = f"{words(shown['state'])}: {deliveries(shown)}"
        if line != self._last:
            self._screen.say(line)
        self._last = line
