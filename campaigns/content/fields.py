"""What staff write for one month, before it becomes an email: its fields, in one table.

The form, the checks, the difference and the merge of two versions, the campaign file and the
reference page follow from it. A new text is a line of `Content` and a place in each of the email's
two templates. A text in another language is a line that names its language, called like the English
one with `welsh_` before it; the templates have its place already.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields, replace
from typing import Annotated, Any, Self, get_type_hints

from campaigns.content.field_rows import Field, FieldKind
from kit.languages import WELSH

CYMRAEG = "Cymraeg"
FILLING = re.compile("[\u00ad\u180e\u200b\u2060-\u2064\ufeff]")
"""Invisible characters without a function, unlike the joiners in emoji."""


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
    welsh_title: Annotated[
        str, Field("Welsh title", FieldKind.LINE, limit=200, shown=60, language=WELSH)
    ] = ""
    welsh_body: Annotated[str, Field("Welsh text", FieldKind.TEXT, rows=5, language=WELSH)] = ""


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
    welsh_subject: Annotated[
        str,
        Field(
            "Welsh subject",
            FieldKind.LINE,
            part=CYMRAEG,
            help="Stands after the English one: “English / Cymraeg”, in under 100 characters.",
            limit=150,
            language=WELSH,
        ),
    ] = ""
    welsh_preheader: Annotated[
        str, Field("Welsh preheader", FieldKind.LINE, part=CYMRAEG, limit=200, language=WELSH)
    ] = ""
    welsh_opening: Annotated[
        str,
        Field(
            "Welsh opening",
            FieldKind.TEXT,
            part=CYMRAEG,
            help="Begins the Welsh half, below the English one. {{ month_name }} becomes the "
            "month’s Welsh name.",
            rows=8,
            language=WELSH,
        ),
    ] = ""
    welsh_closing: Annotated[
        str, Field("Welsh closing", FieldKind.TEXT, part=CYMRAEG, rows=4, language=WELSH)
    ] = ""

    def as_json(self) -> dict[str, Any]:
        """Plain lists, dicts and strings, as stored in `drafts.content`.

        An optional field that is empty is left out, so a text without it stays byte for byte what
        it was before there was such a field.
        """
        return {
            **_filled(self, TABLE),
            "questions": list(self.questions),
            "tips": [_filled(tip, OF_A_TIP) for tip in self.tips],
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


def _filled(of: Tip | Content, rows: tuple[Field, ...]) -> dict[str, Any]:
    values = {row.name: getattr(of, row.name) for row in rows}
    return {row.name: values[row.name] for row in rows if values[row.name] or not row.is_optional}


def _from_json(field: Field, stored: Any) -> Any:
    if field.kind == FieldKind.TIPS:
        return tuple(Tip(**{row.name: _part(row, tip) for row in OF_A_TIP}) for tip in stored)
    return tuple(stored) if field.kind == FieldKind.QUESTIONS else stored


def _part(row: Field, stored: dict[str, Any]) -> Any:
    return stored.get(row.name, "") if row.is_optional else stored[row.name]


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


def place_of(name: str) -> tuple[int, ...]:
    """What sorts the names of `texts` and `questions` as the form has them; any other is last."""
    first, *rest = name.split(".")
    if first not in BY_NAME:
        return (len(TABLE),)
    inner = (int(rest[0]), OF_A_TIP.index(row_of(name))) if rest else ()
    return (TABLE.index(BY_NAME[first]), *inner)


def pairs(content: Content) -> Iterator[tuple[str, str, str]]:
    """Each Welsh line and text: its name, the English beside it, and the Welsh."""
    written = dict(texts(content))
    for name, text in written.items():
        row = row_of(name)
        if row.language == WELSH:
            yield name, written[name.removesuffix(row.name) + row.place], text


def is_bilingual(content: Content) -> bool:
    """Whether the author gave a word of Welsh; the email then has a Welsh half."""
    return any(welsh for _name, _english, welsh in pairs(content))


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
