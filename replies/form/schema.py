"""The structure of a question."""

from collections.abc import Mapping
from dataclasses import dataclass

Answers = dict[str, str | list[str]]

NOT_SAID = "not-said"
TOPICS = "topics"
"""The question on which tenants choose what changed; its answers are questions' keys."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer. If `alone`, it cannot be combined with others."""

    key: str
    label: str
    alone: bool = False


PREFER_NOT_TO_SAY = Option(NOT_SAID, "Prefer not to say", alone=True)


@dataclass(frozen=True, slots=True)
class Condition:
    """Asked only when the question `key` was answered with one of `answers`."""

    key: str
    answers: frozenset[str]

    def holds(self, answers: Mapping[str, str | list[str]]) -> bool:
        return not self.answers.isdisjoint(chosen(answers, self.key))


@dataclass(frozen=True, slots=True)
class Question:
    """One question: `topic` names it in a list, `many` lets several answers be chosen.

    `dated` is its title with `%(period)s` in it, for pages that know the month's own period.
    """

    key: str
    version: int
    title: str
    options: tuple[Option, ...]
    topic: str = ""
    dated: str = ""
    hint: str = ""
    many: bool = False
    is_optional: bool = False
    asked_when: Condition | None = None
    follow_ups: tuple["Question", ...] = ()

    @property
    def name(self) -> str:
        """The question and its version, `work.1`."""
        return f"{self.key}.{self.version}"

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)

    def is_asked(self, answers: Mapping[str, str | list[str]]) -> bool:
        return self.asked_when is None or self.asked_when.holds(answers)


def chosen(answers: Mapping[str, str | list[str]], key: str) -> list[str]:
    """Return the keys of the options chosen for a question; none if it was not answered."""
    given = answers.get(key, [])
    return [given] if isinstance(given, str) else given


def options(**labels: str) -> tuple[Option, ...]:
    """Return options in order, given as `some_key="label"`, with “Prefer not to say” last."""
    given = (Option(key.replace("_", "-"), label) for key, label in labels.items())
    return (*given, PREFER_NOT_TO_SAY)


def after(key: str, *answers: str) -> Condition:
    """Return the condition that `key` was answered with one of `answers`."""
    return Condition(key, frozenset(answers))
