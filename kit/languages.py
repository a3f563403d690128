"""The languages of the product: one folder each in `templates/languages`.

A folder holds `language.toml`, the letters, `organisations.toml` with the free help, and
`portal.po` with the words of the tenants' pages; English has none: it is in the pages themselves.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from kit.templating import TEMPLATES

FOLDER = TEMPLATES / "languages"
ENGLISH = "en"
WELSH = "cy"
BETWEEN = " / "
"""Between the two languages of a subject or a preheader: “English / Cymraeg”."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language that tenants are written to in.

    `name` is in the language itself, `locale` is Babel's, `direction` is `ltr` or `rtl`. `since`
    and `first` name the time that a check-in asks about, and `subjects` the letters, by kind.
    """

    name: str
    locale: str
    direction: str
    since: str
    first: str
    subjects: dict[str, str]
    folder: Path

    @property
    def catalogue(self) -> Path:
        return self.folder / "portal.po"

    @property
    def organisations(self) -> Path:
        return self.folder / "organisations.toml"


def read(folder: Path) -> Language:
    """Read the language of a folder."""
    said = tomllib.loads((folder / "language.toml").read_text("utf-8"))
    return Language(subjects=said.pop("letters"), folder=folder, **said)


ALL = {
    folder.name: read(folder)
    for folder in sorted(FOLDER.iterdir(), key=lambda each: (each.name != ENGLISH, each.name))
}
"""Each language by its code, English first."""
