"""The header of a roster: the position of each column, and columns that are refused."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kit import invisible, languages
from kit.errors import BadInput, Problem

REQUIRED = ("tenant_ref", "email", "housing_association", "monthly_email")
OPTIONAL = ("language", "profiling")
KNOWN = (*REQUIRED, *OPTIONAL)
ANSWERS = {"yes", "no", *languages.ALL}
NAME_SHOWN = 40
NO_ROW_OF_ITS_OWN = (
    "an email address stands among the names of the columns; end the header with a line break"
)

PERSONAL = {
    "address", "address_line_1", "address_line_2", "age", "bank_account", "benefits", "birthday",
    "city", "county", "date_of_birth", "disability", "dob", "ethnic_group", "ethnicity",
    "family_name", "first_name", "firstname", "flat", "forename", "forenames", "full_name",
    "fullname", "gender", "given_name", "health", "home_address", "house_number", "income",
    "initials", "landline", "last_name", "lastname", "marital_status", "middle_name", "mobile",
    "mobile_number", "name", "national_insurance", "national_insurance_number", "nationality",
    "nhs_number", "ni", "ni_no", "ni_number", "nino", "passport", "phone", "phone_number",
    "post_code", "postal_address", "postcode", "preferred_name", "property_address", "religion",
    "rent", "rent_account", "salary", "sex", "sort_code", "street", "surname", "tel", "telephone",
    "telephone_number", "tenant_name", "title", "town", "zip",
}  # fmt: skip


LOOKS_LIKE_A_NAME = re.compile(rf"[a-z][a-z_ /]{{0,{NAME_SHOWN - 1}}}")


@dataclass(frozen=True, slots=True)
class Columns:
    """The position of each known column, and the columns without a name, which must be empty."""

    positions: Mapping[str, int]
    nameless: tuple[int, ...]
    width: int

    def fitted(self, fields: list[str]) -> list[str]:
        """Return the fields of a row, as many as the header has.

        Spreadsheets leave out empty cells at the end of a row, or add more of them.

        Raises:
            ValueError: a cell that must be there is missing, or one has a value and no column.
        """
        if len(fields) == self.width and not self.nameless:
            return fields
        if any(map(str.strip, fields[self.width :])) or self._lacks(fields):
            raise ValueError(f"has {len(fields)} fields, and the header names {self.width}")
        padded = fields[: self.width] + [""] * (self.width - len(fields))
        for place in self.nameless:
            if padded[place].strip():
                raise ValueError(
                    f"has a value in column {place + 1}, which has no name; name it or empty it"
                )
        return padded

    def _lacks(self, fields: Sequence[str]) -> bool:
        """Whether a cell is missing in the middle, judged by the values that moved up."""
        if len(fields) >= self.width:
            return False
        missing = [name for name, place in self.positions.items() if place >= len(fields)]
        if any(name in REQUIRED for name in missing):
            return True
        association = fields[self.positions["housing_association"]]
        return association.strip().lower() in ANSWERS


def known_in(header: Sequence[str]) -> set[str]:
    """Return which of a roster's columns a row names."""
    return {_normal(name) for name in header} & set(KNOWN)


def read(header: Sequence[str], *, line: int) -> Columns:
    """Read the columns from the header, which is on this line of the file.

    Raises:
        BadInput: columns are missing, doubled, unknown or refused; all are named together.
    """
    names = [_normal(name) for name in header]
    if problems := [Problem(f"line {line}", message) for message in _problems(header, names)]:
        raise BadInput(problems)
    positions = {name: place for place, name in enumerate(names) if name}
    nameless = tuple(place for place, name in enumerate(names) if not name)
    return Columns(positions, nameless, len(names))


def _normal(name: str) -> str:
    return "_".join(re.split(r"[\s_-]+", invisible.removed(name).strip().lower()))


def _no_header(header: Sequence[str]) -> str:
    if len(header) == 1 and any(mark in header[0] for mark in ",;\t|"):
        return "the columns are not separated by commas; save the file again as “CSV UTF-8”"
    return f"there is no header; begin the file with the row {','.join(KNOWN)}"


def _problems(header: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    if not set(names) & set(KNOWN):
        yield _no_header(header)
    elif any("@" in name for name in names):
        yield NO_ROW_OF_ITS_OWN
    else:
        yield from _problems_of([name for name in names if name])


def _problems_of(names: Sequence[str]) -> Iterator[str]:
    for name in dict.fromkeys(names):
        if name in PERSONAL:
            yield (
                f"the column “{name}” holds personal data that is not wanted here; take it out of"
                " the file, Check-in works without it"
            )
        elif name not in KNOWN:
            yield f"there is no column {_shown(name)}; the columns are {', '.join(KNOWN)}"
        elif names.count(name) > 1:
            yield f"the column “{name}” is there {names.count(name)} times; keep one"
    for name in REQUIRED:
        if name not in names:
            yield f"the column “{name}” is missing; add it"


def _shown(name: str) -> str:
    """Quote a column's name if it looks like one: a header may contain data by mistake."""
    return f"“{name}”" if LOOKS_LIKE_A_NAME.fullmatch(name) else "with such a name"
