"""Findings of the checks, in plain words, each at its field."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kit.errors import BadInput, Problem

Level = Literal["block", "warn"]

EMAIL = "email"
"""The field of a finding about the whole email rather than one of its fields."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`field` is `subject`, `preheader`, `questions`, `opening`, `tips.1.title`, `tips.1.body`
    (tips count from 1), `closing` or `email`; `line` counts from 1 within the field. `repair` is
    the name of what mends it at one press (`campaigns.checks.repairs`), empty where nothing does.
    """

    field: str
    level: Level
    message: str
    line: int | None = None
    repair: str = ""

    @property
    def place(self) -> str:
        """The field, and the line where one is known, as a person reads it."""
        label = field_label(self.field)
        return label if self.line is None else f"{label}, line {self.line}"

    def as_problem(self) -> Problem:
        return Problem(self.place, self.message)


def field_label(field: str) -> str:
    """ "tip 1, title" for `tips.1.title`; other fields are called by their own names."""
    match field.split("."):
        case ["tips", number, part]:
            return f"tip {number}, {'title' if part == 'title' else 'text'}"
        case _:
            return field


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that block an approval."""
    return [finding for finding in findings if finding.level == "block"]


def refuse(findings: Iterable[Finding]) -> None:
    """Raise BadInput with every finding, if there is one."""
    problems = [finding.as_problem() for finding in findings]
    if problems:
        raise BadInput(problems)
