"""The layout: render the content as an HTML page and as plain text, a half for each language.

The words around the author's are in `templates/languages/*/email.toml`.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from campaigns.content import fields, markdown, own_links, placeholders, plaintext
from campaigns.content.field_rows import LANGUAGES, Field, FieldKind
from campaigns.content.fields import OF_A_TIP, TABLE, Content, Tip
from kit import languages
from kit.languages import BETWEEN, ENGLISH, WELSH
from kit.months import month_name
from kit.templating import TEMPLATES

WELSH_HALF = "cy"
"""The name that the line at the top leads to."""
HIGHEST_HEADING = {ENGLISH: 1, WELSH: 2}
"""A page has one heading of the first level, so those of the Welsh half stand one lower."""

WORDS: dict[str, dict[str, Any]] = {
    language: tomllib.loads((languages.FOLDER / language / "email.toml").read_text("utf-8"))
    for language in LANGUAGES
}
BESIDE_ENGLISH = WORDS[WELSH].pop("beside_english")

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
    in_welsh=BESIDE_ENGLISH,
    welsh_half=WELSH_HALF,
    between=BETWEEN,
)


@dataclass(frozen=True, slots=True)
class MailPart:
    """One part of the email: its template, and what renders an author's text for it, given the
    level of the text's headings."""

    template: str
    of_text: Callable[[str, int], str]


def filled(content: Content, month: str, *, last_check_in: date | None = None) -> Content:
    """The content with its placeholders filled in; links become their stand-ins."""
    values = {
        language: own_links.values(content, month, language, last_check_in=last_check_in)
        for language in LANGUAGES
    }
    return fields.with_each(
        content, lambda field, text: placeholders.render(text, values[field.language])
    )


def subject(content: Content) -> str:
    """The email's subject: “English / Cymraeg” where there is a Welsh one."""
    return BETWEEN.join(filter(None, (content.subject, content.welsh_subject)))


def preheader(content: Content) -> str:
    """What an inbox shows after the subject, in both languages likewise."""
    return BETWEEN.join(filter(None, (content.preheader, content.welsh_preheader)))


def html(content: Content, month: str, links: dict[str, str]) -> str:
    """The HTML page of filled content, its styles not yet inlined."""
    return _rendered(PAGE, content, month, links)


def text(content: Content, month: str, links: dict[str, str]) -> str:
    """The plain-text part of filled content, lines of at most 72 columns but for addresses."""
    return _rendered(PLAIN, content, month, links)


def _rendered(part: MailPart, content: Content, month: str, links: dict[str, str]) -> str:
    is_bilingual = fields.is_bilingual(content)
    shown = LANGUAGES if is_bilingual else (ENGLISH,)
    halves = [_half(part, content, language, month, links) for language in shown]
    return LAYOUTS.get_template(part.template).render(
        subject=subject(content), halves=halves, is_bilingual=is_bilingual, **links
    )


def _half(
    part: MailPart, content: Content, language: str, month: str, links: dict[str, str]
) -> dict[str, Any]:
    """What stands in one half, each text of the author's by its place."""
    level = HIGHEST_HEADING[language]
    return {
        "language": languages.ALL[language].locale.replace("_", "-"),
        "direction": languages.ALL[language].direction,
        "is_welsh": language == WELSH,
        "level": level,
        "words": WORDS[language],
        "month_name": month_name(month, language),
        "tips": [
            _placed(OF_A_TIP, tip, language, lambda source: part.of_text(source, level + 3))
            for tip in content.tips
        ],
        **{written: links[name] for written, name in own_links.IN[language].items()},
        **_placed(TABLE, content, language, lambda source: part.of_text(source, level + 1)),
    }


def _placed(
    rows: tuple[Field, ...], of: Content | Tip, language: str, rendered: Callable[[str], str]
) -> dict[str, str]:
    """Place → what stands there in a language, nothing where the author gave nothing for it."""
    placed: dict[str, str] = {row.place: "" for row in rows if row.kind in WRITTEN}
    for row in rows:
        if row.language == language and row.kind in WRITTEN:
            source = getattr(of, row.name)
            placed[row.place] = rendered(source) if row.kind == FieldKind.TEXT else source
    return placed


def _html(source: str, level: int) -> Markup:
    """nh3 has cleaned it, so it is markup."""
    return Markup(markdown.to_html(source, heading=f"h{level}"))  # noqa: S704


def _plain(source: str, _level: int) -> str:
    return plaintext.from_markdown(source)


WRITTEN = (FieldKind.LINE, FieldKind.TEXT)
PAGE = MailPart("monthly.html.j2", _html)
PLAIN = MailPart("monthly.txt.j2", _plain)
