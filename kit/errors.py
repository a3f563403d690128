"""Errors that people see. Each message is a sentence that says what to do."""

from collections.abc import Iterable
from dataclasses import dataclass


class CheckinError(Exception):
    """An error that a person can put right; its text is shown to them unchanged."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: `where` names the line, field or variable."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class BadInput(CheckinError):
    """An input with one or more problems, all reported together."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class NotFound(CheckinError):
    """What was asked for does not exist."""


class Refused(CheckinError):
    """What was asked for cannot be done now."""
