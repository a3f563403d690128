"""Organisations that help, and official pages: `organisations.toml` of each language."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from kit import languages

CHECKED_EVERY = timedelta(days=366)
EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class HelpEntry:
    """An organisation or an official page, in one language.

    `calls` are telephone numbers, each with the nation it serves, or empty for all of them.
    """

    name: str
    address: str
    about: str
    calls: tuple[tuple[str, str], ...]
    checked: date


@dataclass(frozen=True, slots=True)
class FreeHelp:
    """What one language lists, by key and in its order: crisis lines, help, and official pages."""

    crisis: dict[str, HelpEntry]
    help: dict[str, HelpEntry]
    official: dict[str, HelpEntry]

    def everything(self) -> dict[str, HelpEntry]:
        return self.crisis | self.help | self.official


class RenderedHelp:
    """A language's entries as HTML list items, made at start.

    So a page costs the same whatever the answers were, and whoever sent the like before.
    """

    def __init__(self, environment: Environment, listed: FreeHelp) -> None:
        item = environment.get_template("organisation.html")
        self._items = {
            key: Markup(item.render(entry=entry))  # noqa: S704  Jinja has escaped it
            for key, entry in listed.everything().items()
        }
        self._help = tuple(listed.help)
        self.crisis = self.items(listed.crisis)
        self.everybody = self.items(self._help)

    def items(self, keys: Iterable[str]) -> Markup:
        """The entries with these keys; a language leaves out what is no use to its readers."""
        return Markup().join(self._items[key] for key in keys if key in self._items)

    def others(self, keys: Iterable[str]) -> Markup:
        """The organisations that are not among `keys`."""
        return self.items(key for key in self._help if key not in keys)


def read(language: str) -> FreeHelp:
    """Read what a language lists.

    Raises:
        FileNotFoundError, KeyError: the file or a field of it is missing.
    """
    said = tomllib.loads(languages.ALL[language].organisations.read_text("utf-8"))
    return FreeHelp(
        **{
            kind: {key: _entry(fields, said["nations"]) for key, fields in said[kind].items()}
            for kind in ("crisis", "help", "official")
        }
    )


def overdue(today: date) -> list[str]:
    """Return the addresses that nobody has checked for over a year, in any language."""
    entries = [entry for code in languages.ALL for entry in read(code).everything().values()]
    late = (entry.address for entry in entries if today - entry.checked > CHECKED_EVERY)
    return list(dict.fromkeys(late))


def _entry(fields: Mapping[str, Any], nations: Mapping[str, str]) -> HelpEntry:
    calls = fields.get("call", {})
    return HelpEntry(
        name=fields["name"],
        address=fields["address"],
        about=fields.get("about", ""),
        calls=tuple(
            (number, "" if nation == EVERYWHERE else nations[nation])
            for nation, number in calls.items()
        ),
        checked=fields["checked"],
    )
