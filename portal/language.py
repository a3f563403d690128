"""Translate the pages. Every text passes through gettext.

The language is in the form, like the answers, or in the URL of a page without a form; otherwise the
browser's setting decides. The language on the roster is not used, because the email's sender could
open the page and learn it.
"""

from datetime import date
from functools import cache, lru_cache
from io import BytesIO

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header

from kit import languages
from kit.languages import ENGLISH
from kit.months import month_name

SWITCH = "language-"
"""The button that changes the language has the name `go`; its value is this and a language."""


def current() -> str:
    """Return the language of the current page, as a key of `languages.ALL`."""
    if "language" not in g:
        g.language = _asked_for()
    return str(g.language)


def carry() -> dict[str, str]:
    """Return the query parameters that keep the language, if the browser prefers another."""
    return {} if current() == preferred() else {"language": current()}


def preferred() -> str:
    """Return the language that the browser prefers."""
    return _best_of(request.headers.get("Accept-Language"))


@cache
def translations(language: str) -> NullTranslations:
    """Return the translations of a language; English is in the code itself.

    Raises:
        FileNotFoundError: there is no catalogue for it.
    """
    if language == ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    with languages.ALL[language].catalogue.open("rb") as catalogue:
        write_mo(compiled, read_po(catalogue, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def day_name(day: date, language: str | None = None) -> str:
    """Format a date: “1 December 2026”, “1 Rhagfyr 2026”."""
    return format_date(day, "long", locale=languages.ALL[language or current()].locale)


def register(app: Flask) -> None:
    """Give the templates of `app` translations, dates and the language switch."""
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: translations(current()).gettext(text),
        lambda one, many, count: translations(current()).ngettext(one, many, count),
        newstyle=True,
    )
    environment.filters.update(
        month_name=lambda month: month_name(month, current()), day_name=day_name
    )
    for code in languages.ALL:
        translations(code)
    app.context_processor(_for_templates)


def _for_templates() -> dict[str, object]:
    return {
        "language": current(),
        "direction": languages.ALL[current()].direction,
        "other_languages": {
            code: other.name for code, other in languages.ALL.items() if code != current()
        },
        "carry": carry(),
    }


def _asked_for() -> str:
    given = _carried()
    return given if given in languages.ALL else preferred()


@lru_cache(maxsize=256)
def _best_of(accepted: str | None) -> str:
    wanted = parse_accept_header(accepted, LanguageAccept)
    return wanted.best_match(list(languages.ALL), default=ENGLISH)


def _carried() -> str:
    if request.method != "POST":
        return request.args.get("language", "")
    try:
        pressed = request.form.get("go", "")
        if pressed.startswith(SWITCH):
            return pressed.removeprefix(SWITCH)
        return request.form.get("language") or request.args.get("language", "")
    except HTTPException:
        return ""
