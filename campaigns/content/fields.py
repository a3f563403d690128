"""What staff write for one month, before it becomes an email: its fields, in one table.

The form, the checks, the difference and the merge of two versions, the campaign file and the
reference page follow from it. A new text is a line of `Content` and a place in each of the email's
two templates.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import MISSING, asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Annotated, Any, Self, get_type_hints

FILLING = re.compile("[\u00ad\u180e\u200b\u2060-\u2064\ufeff]")
"""Invisible characters without a function, unlike the joiners in emoji."""


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
    `is_optional` tells that a campaign file may leave it out.
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
    name: str = ""
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Tip:
    """One tip: a plain title and a text in the Markdown subset."""

    title: Annotated[
        str,
        Field(
            "Title",
            FieldKind.LINE,
            limit=200,
            shown=60,
            missing="the tip has no title; give it one",
            is_needed=True,
        ),
    ]
    body: Annotated[
        str,
        Field(
            "Text",
            FieldKind.TEXT,
            rows=5,
            missing="the tip has no text; write it",
            is_needed=True,
        ),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything of one month's email that staff write, in the order of the form.

    `questions` holds keys from the platform's catalogue, in the order they are asked.
    """

    subject: Annotated[
        str,
        Field(
            "Subject",
            FieldKind.LINE,
            part="In the inbox",
            help="What the email is about, in under 60 characters.",
            limit=150,
            shown=60,
            missing="the subject is empty; write what the email is about",
            is_needed=True,
        ),
    ]
    preheader: Annotated[
        str,
        Field(
            "Preheader",
            FieldKind.LINE,
            part="In the inbox",
            help="The grey line after the subject. Tell what else is in it.",
            limit=200,
            shown=110,
            missing="is empty; inboxes then show whatever the email begins with",
        ),
    ]
    opening: Annotated[
        str,
        Field(
            "Opening",
            FieldKind.TEXT,
            part="The opening",
            help="Why you write, in a few short sentences. {{ month_name }} becomes the month’s "
            "name.",
            after="The button “Tell us if anything has changed” comes after it by itself.",
            rows=8,
            missing="the email has no text; write an opening",
            is_needed=True,
        ),
    ]
    questions: Annotated[
        tuple[str, ...],
        Field(
            "Questions",
            FieldKind.QUESTIONS,
            part="Questions",
            help="What the tenant may be asked, in this order. The platform words them; you "
            "choose.",
        ),
    ]
    tips: Annotated[
        tuple[Tip, ...],
        Field(
            "Tips",
            FieldKind.TIPS,
            part="Tips",
            help="Three are plenty. Each has a title, a few sentences and a link to free advice.",
        ),
    ]
    closing: Annotated[
        str,
        Field(
            "Closing",
            FieldKind.TEXT,
            part="The closing",
            help="Thank them, and sign.",
            rows=4,
        ),
    ]

    def as_json(self) -> dict[str, Any]:
        """Plain lists, dicts and strings, as stored in `drafts.content`."""
        return {
            **asdict(self),
            "questions": list(self.questions),
            "tips": [asdict(tip) for tip in self.tips],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The content that `as_json` wrote, also before an optional field was added.

        Raises:
            KeyError: a field is missing.
        """
        return cls(
            **{
                field.name: _from_json(field, stored[field.name])
                for field in TABLE
                if field.name in stored or not field.is_optional
            }
        )


def _from_json(field: Field, stored: Any) -> Any:
    if field.kind == FieldKind.TIPS:
        return tuple(Tip(**{row.name: tip[row.name] for row in OF_A_TIP}) for tip in stored)
    return tuple(stored) if field.kind == FieldKind.QUESTIONS else stored


def _table(of: type[Tip] | type[Content]) -> tuple[Field, ...]:
    hints = get_type_hints(of, include_extras=True)
    return tuple(
        replace(
            hints[each.name].__metadata__[0],
            name=each.name,
            is_optional=each.default is not MISSING,
        )
        for each in fields(of)
    )


TABLE = _table(Content)
"""The fields of a month's text, in the order of the form."""
OF_A_TIP = _table(Tip)
BY_NAME = {field.name: field for field in TABLE}
_BY_PART = {field.name: field for field in OF_A_TIP}
EMPTY = Content(subject="", preheader="", opening="", questions=(), tips=(), closing="")


def of_kind(*kinds: FieldKind) -> list[Field]:
    """The table's rows of these kinds."""
    return [field for field in TABLE if field.kind in kinds]


def row_of(name: str) -> Field:
    """The table's row for a field that is named as in `texts`; KeyError if there is none."""
    tip, _, part = name.rpartition(".")
    return _BY_PART[part] if tip else BY_NAME[name]


def texts(content: Content) -> Iterator[tuple[str, str]]:
    """Each line and text with its name: `subject`, or `tips.1.title` (tips count from 1)."""
    for field in TABLE:
        value = getattr(content, field.name)
        if field.kind == FieldKind.TIPS:
            for number, tip in enumerate(value, 1):
                yield from (
                    (f"tips.{number}.{row.name}", getattr(tip, row.name)) for row in OF_A_TIP
                )
        elif field.kind != FieldKind.QUESTIONS:
            yield field.name, value


def is_text(name: str) -> bool:
    """Whether a field is a text in the Markdown subset, and not one plain line."""
    return row_of(name).kind == FieldKind.TEXT


def with_each(content: Content, change: Callable[[Field, str], str]) -> Content:
    """The content with each line and text changed."""
    changed: dict[str, Any] = {
        field.name: change(field, getattr(content, field.name))
        for field in of_kind(FieldKind.LINE, FieldKind.TEXT)
    }
    tips = (Tip(*(change(row, getattr(tip, row.name)) for row in OF_A_TIP)) for tip in content.tips)
    return replace(content, **changed, tips=tuple(tips))


def tidy(content: Content) -> Content:
    """Return the content with Unix line ends and without surrounding space or invisible filling.

    Idempotent.
    """
    tidied = with_each(content, _tidy)
    return replace(tidied, questions=tuple(key.strip() for key in content.questions))


def _tidy(field: Field, text: str) -> str:
    if field.kind == FieldKind.TEXT:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return FILLING.sub("", text).strip()
