"""The fenced blocks of the documents: which are commands, and which say why they are not run.

A block of commands is fenced as `sh`. One that cannot run in a test has a line above it that says
why: `<!-- not run: needs an AWS account -->`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(
    r"(?:^<!-- not run: (?P<reason>.+?) -->\n+)?^(?P<fence>```+)(?P<language>.*)\n"
    r"(?P<text>(?:.*\n)*?)(?P=fence)$",
    re.MULTILINE,
)
COMMANDS = ("aws", "celery", "checkin", "curl", "docker", "gunicorn", "make", "psql", "systemctl")
INDENTED = re.compile(rf"^    (?:{'|'.join(COMMANDS)}) .*$", re.MULTILINE)
RUN = {"sh", "python"}


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: where it is, its language and text, and why it is not run, if so."""

    page: Path
    line: int
    language: str
    text: str
    reason: str | None

    @property
    def where(self) -> str:
        return f"{self.page.name}:{self.line}"

    @property
    def is_run(self) -> bool:
        return self.language in RUN and self.reason is None

    @property
    def hides_a_command(self) -> bool:
        """Whether a command stands in a fence that no test would run."""
        first = {line.split(" ")[0] for line in self.text.splitlines()}
        return self.language in {"", "text", "bash", "shell", "console"} and bool(
            first.intersection(COMMANDS)
        )


def every_page() -> list[Path]:
    """The front door, and everything under `docs/`."""
    front = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    return [*front, *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text("utf-8")
    for found in FENCE.finditer(text):
        line = text.count("\n", 0, found.start("fence")) + 1
        yield Block(page, line, found["language"].strip(), found["text"], found["reason"])


def indented(page: Path) -> list[str]:
    """Commands that stand in no fence, but indented."""
    return INDENTED.findall(FENCE.sub("", page.read_text("utf-8")))
