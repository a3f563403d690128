"""Words in the tenant's language. Every text of a page passes through gettext.

The language travels with the form, as the answers do, or in the address of a page that has no form.
Nothing else chooses it but the browser's own setting: what the roster says of a tenant's language
may not show on a page that the email's sender could open.
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

from kit.months import LOCALES, month_name
from kit.templating import TEMPLATES

ENGLISH, WELSH = "en", "cy"
NAMES = {ENGLISH: "English", WELSH: "Cymraeg"}
CATALOGUES = TEMPLATES / "portal" / "locale"
SWITCH = "language-"
"""The button that changes the language is called `go` and worth this and a language."""


def current() -> str:
    """The language of the page being made: `en` or `cy`."""
    if "language" not in g:
        g.language = _asked_for()
    return str(g.language)


def carry() -> dict[str, str]:
    """What an address on the page needs, so that the page it leads to is in this language too."""
    return {} if current() == ENGLISH else {"language": current()}


@cache
def translations(language: str) -> NullTranslations:
    """The texts of a language; English is what the code itself says.

    Raises:
        FileNotFoundError: there is no catalogue of it.
    """
    if language == ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    with (CATALOGUES / f"{language}.po").open("rb") as catalogue:
        write_mo(compiled, read_po(catalogue, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def day_name(day: date, language: str | None = None) -> str:
    """A date as people write it: “1 December 2026”, “1 Rhagfyr 2026”."""
    return format_date(day, "long", locale=LOCALES[language or current()])


def register(app: Flask) -> None:
    """Give the templates of `app` their words, dates and the way to the other language."""
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
    translations(WELSH)
    app.context_processor(_for_templates)


def _for_templates() -> dict[str, object]:
    other = WELSH if current() == ENGLISH else ENGLISH
    return {
        "language": current(),
        "other_language": other,
        "other_name": NAMES[other],
        "carry": carry(),
    }


def _asked_for() -> str:
    given = _carried()
    return given if given in NAMES else _preferred(request.headers.get("Accept-Language"))


@lru_cache(maxsize=256)
def _preferred(accepted: str | None) -> str:
    """What a browser's own setting asks for."""
    languages = parse_accept_header(accepted, LanguageAccept)
    return languages.best_match(list(NAMES), default=ENGLISH)


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
