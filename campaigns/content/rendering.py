"""The layout: render the content as an HTML page and as plain text."""

from collections.abc import Callable
from datetime import date
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from campaigns.content import markdown, own_links, placeholders, plaintext
from campaigns.content.fields import Content, FieldKind, of_kind
from kit.months import month_name
from kit.templating import TEMPLATES

REPLY_WORDS = "Tell us if anything has changed"
STOP_WORDS = "Stop these emails or take a break"
SECTION_HEADING = "h2"
TIP_HEADING = "h4"

BUTTON_NOTES = (
    "Please do not reply by email. Press the button instead: only rent-flex sees what you answer "
    "there.",
    "This is not a report to Universal Credit, your council or your landlord. If something has "
    "changed, you still need to tell them yourself.",
)
"""Notes at the button against wrong expectations of answering."""

NOTES = (
    {
        "heading": "Why you get this email",
        "text": "You agreed to a monthly check-in when you joined rent-flex. You choose whether "
        "to answer, and you can stop at any time.",
    },
    {
        "heading": "Who sends it",
        "text": "Well Thought Ltd sends it for rent-flex, a project of the Centre for Responsible "
        "Credit. Well Thought is given your email address and nothing else about you.",
    },
    {
        "heading": "What it does not do",
        "text": "It has no pictures and no tracking, so nobody can see whether you opened it. "
        "We will never ask for your bank details or a password.",
    },
)

LAYOUTS = Environment(
    loader=FileSystemLoader(TEMPLATES / "email"),
    autoescape=select_autoescape(["html.j2"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
LAYOUTS.globals.update(
    wrapped=plaintext.wrapped,
    underlined=plaintext.underlined,
    button_notes=BUTTON_NOTES,
    notes=NOTES,
    reply_words=REPLY_WORDS,
    stop_words=STOP_WORDS,
)


def filled(content: Content, month: str, *, last_check_in: date | None = None) -> Content:
    """The content with its placeholders filled in; links become their stand-ins."""
    values = own_links.values(content, month, last_check_in=last_check_in)

    def fill(part: Any) -> Any:
        if isinstance(part, str):
            return placeholders.render(part, values)
        if isinstance(part, dict):
            return {key: fill(each) for key, each in part.items()}
        return [fill(each) for each in part]

    return Content.from_json(fill(content.as_json()))


def html(content: Content, month: str, links: dict[str, str]) -> str:
    """The HTML page of filled content, its styles not yet inlined."""
    return LAYOUTS.get_template("monthly.html.j2").render(
        month_name=month_name(month),
        tips=[{"title": tip.title, "body": _html(tip.body, TIP_HEADING)} for tip in content.tips],
        **_parts(content, lambda source: _html(source, SECTION_HEADING)),
        **links,
    )


def text(content: Content, month: str, links: dict[str, str]) -> str:
    """The plain-text part of filled content, lines of at most 72 columns but for addresses."""
    return LAYOUTS.get_template("monthly.txt.j2").render(
        month_name=month_name(month),
        tips=[
            {"title": tip.title, "body": plaintext.from_markdown(tip.body)} for tip in content.tips
        ],
        **_parts(content, plaintext.from_markdown),
        **links,
    )


def _parts(content: Content, rendered: Callable[[str], str]) -> dict[str, str]:
    """Field name → what stands in the layout for it."""
    lines = {row.name: getattr(content, row.name) for row in of_kind(FieldKind.LINE)}
    texts = {row.name: rendered(getattr(content, row.name)) for row in of_kind(FieldKind.TEXT)}
    return {**lines, **texts}


def _html(source: str, heading: str) -> Markup:
    """nh3 has cleaned it, so it is markup."""
    return Markup(markdown.to_html(source, heading=heading))  # noqa: S704
