"""The page about a month's text: the table of its fields, as the form and the file have them."""

from campaigns.content.field_rows import Field, FieldKind
from campaigns.content.fields import OF_A_TIP, TABLE
from campaigns.content.sections import HEADINGS
from checkin.reference.markdown import code, paragraphs, table

INTRODUCTION = """
What staff write for one month, in the order of the form. “Needed” blocks an approval where it is
empty. An inbox shows the first characters of a line, and a longer line than the most is refused.
"""
KINDS = {
    FieldKind.LINE: "a plain line",
    FieldKind.TEXT: "a text in Markdown",
    FieldKind.QUESTIONS: "keys of questions",
    FieldKind.TIPS: "tips",
}
HEADER = ("field", "in the campaign file", "holds", "needed", "shown", "most", "help")


def page() -> str:
    """Every field of a month's text and of a tip."""
    return paragraphs(
        "# The text of a month",
        INTRODUCTION,
        table(HEADER, [_row(field, _place(field)) for field in TABLE]),
        "## A tip",
        table(HEADER, [_row(field, _place_in_tip(field)) for field in OF_A_TIP]),
    )


def _row(field: Field, place: str) -> tuple[str, ...]:
    return (
        field.label,
        place,
        KINDS[field.kind],
        "yes" if field.is_needed else "–",
        str(field.shown or "–"),
        str(field.limit or "–"),
        field.help.replace("{{ month_name }}", code("{{ month_name }}")) or "–",
    )


def _place(field: Field) -> str:
    if field.kind in (FieldKind.LINE, FieldKind.QUESTIONS):
        return code(f"{field.name}:")
    heading = HEADINGS.get(field.name)
    return f"under {code(heading)}" if heading else "first, without a heading"


def _place_in_tip(field: Field) -> str:
    return code("### …") if field.kind == FieldKind.LINE else "below its title"
