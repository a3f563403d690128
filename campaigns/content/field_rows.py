"""A row of the table of fields: what a field is to staff, whatever a month says in it."""

from dataclasses import dataclass
from enum import StrEnum

from kit.languages import ENGLISH, WELSH

LANGUAGES = (ENGLISH, WELSH)
"""The languages of an email, in the order of its halves."""
IN_WELSH = "welsh_"


class FieldKind(StrEnum):
    """What a field holds: plain text in one line, a text in the Markdown subset, or a list."""

    LINE = "line"
    TEXT = "text"
    QUESTIONS = "questions"
    TIPS = "tips"


@dataclass(frozen=True, slots=True)
class Field:
    """One field as staff meet it.

    `part` is the heading over it in the form, `help` stands above its box and `after` below it. A
    line has at most `limit` characters, of which an inbox shows `shown`; a text's box is `rows`
    high. `missing` is what the checks say where it is empty, which blocks if it `is_needed`.
    `language` is a key of `kit.languages.ALL`. `is_optional` tells that a campaign file may leave
    it out.
    """

    label: str
    kind: FieldKind
    part: str = ""
    help: str = ""
    after: str = ""
    limit: int | None = None
    shown: int | None = None
    rows: int = 0
    missing: str = ""
    is_needed: bool = False
    language: str = ENGLISH
    name: str = ""
    is_optional: bool = False

    @property
    def place(self) -> str:
        """The name of the English field that has this one's place in the email; its own, mostly."""
        return self.name.removeprefix(IN_WELSH)

    @property
    def said(self) -> str:
        """What the field is called inside a sentence."""
        return self.label.lower() if self.language == ENGLISH else self.label
