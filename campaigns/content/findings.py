"""Findings of the checks, in plain words, each at its field."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from campaigns.content.fields import BY_NAME, row_of
from kit.errors import BadInput, Problem

Level = Literal["block", "warn"]

EMAIL = "email"
"""The field of a finding about the whole email rather than one of its fields."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`field` is a name of `campaigns.content.fields` (`subject`, `questions`, `tips.1.title`; tips
    count from 1) or `email`; `line` counts from 1 within the field. `repair` is the name of what
    mends it at one press (`campaigns.checks.repairs`), empty where nothing does.
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
    """What a field is called inside a sentence: "tip 1, title" for `tips.1.title`."""
    match field.split("."):
        case ["tips", number, _part]:
            return f"tip {number}, {row_of(field).said}"
        case _:
            return BY_NAME[field].said if field in BY_NAME else field


def field_title(field: str) -> str:
    """The same as a label of its own: "Tip 1, title"."""
    label = field_label(field)
    return label[:1].upper() + label[1:]


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that block an approval."""
    return [finding for finding in findings if finding.level == "block"]


def refuse(findings: Iterable[Finding]) -> None:
    """Raise BadInput with every finding, if there is one."""
    problems = [finding.as_problem() for finding in findings]
    if problems:
        raise BadInput(problems)
