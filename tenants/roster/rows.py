"""Check and normalise one row of a roster. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field, StrictStr

from kit import invisible, languages
from kit.errors import Problem
from tenants.roster import addresses, destroyed, lookalikes
from tenants.roster.addresses import BadAddress

REF_MAX = 64
ASSOCIATION_MAX = 200
YES_OR_NO = {"yes": True, "no": False}


def known_language(code: str) -> str:
    """Return the code of one of our languages; raises ValueError for any other."""
    if code not in languages.ALL:
        raise ValueError(f"must be {' or '.join(languages.ALL)}")
    return code


LanguageCode = Annotated[
    StrictStr,
    AfterValidator(known_language),
    Field(json_schema_extra={"enum": list(languages.ALL)}),
]


@dataclass(frozen=True, slots=True)
class Row:
    """A checked row. None is a field that the file leaves out, which keeps the stored value."""

    tenant_ref: str
    email: str
    housing_association: str
    language: str | None
    monthly_email: bool
    profiling: bool | None


class BadRow(ValueError):
    """A row has faults. Each names its field and quotes no value."""

    def __init__(self, faults: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{fault.where} {fault.message}" for fault in faults))
        self.faults = faults


def read(fields: Sequence[str], columns: Mapping[str, int]) -> Row:
    """Check and normalise a record's fields; `columns` has their positions.

    Raises:
        BadRow: fields are missing, malformed or too long; all are named together.
    """
    faults: list[Problem] = []
    row = Row(
        tenant_ref=_ref(fields[columns["tenant_ref"]], faults),
        email=_email(fields[columns["email"]], faults),
        housing_association=_association(fields[columns["housing_association"]], faults),
        language=_language(_optional("language", fields, columns), faults),
        monthly_email=bool(_yes_no("monthly_email", fields[columns["monthly_email"]], faults)),
        profiling=_yes_no("profiling", _optional("profiling", fields, columns) or None, faults),
    )
    if faults:
        raise BadRow(faults)
    return row


def checked(row: Row) -> Row:
    """Check and normalise the texts of a typed row.

    Raises:
        BadRow: fields are empty, malformed or too long; all are named together.
    """
    faults: list[Problem] = []
    good = replace(
        row,
        tenant_ref=_ref(row.tenant_ref, faults),
        email=_email(row.email, faults),
        housing_association=_association(row.housing_association, faults),
        language=_language(row.language or "", faults),
    )
    if faults:
        raise BadRow(faults)
    return good


def _optional(name: str, fields: Sequence[str], columns: Mapping[str, int]) -> str:
    return fields[columns[name]].strip() if name in columns else ""


def _text(value: str, longest: int) -> tuple[str, str]:
    """The text as it is kept, and what is wrong with it, if anything."""
    text = unicodedata.normalize("NFC", " ".join(invisible.removed(value).split()))
    if not text:
        return text, "is empty"
    if len(text) > longest:
        return text, f"is longer than {longest} characters"
    if not text.isprintable():
        return text, "has a character that cannot be printed"
    if destroyed_by := destroyed.kind(text):
        return text, f"is {destroyed_by}; put back what it was"
    return text, ""


_association_text = lru_cache(maxsize=1_000)(_text)
"""A million tenants share few associations."""


def _ref(value: str, faults: list[Problem]) -> str:
    if lookalikes.looks_like_ascii(value):
        faults.append(
            Problem("tenant_ref", "has a letter that only looks like plain ASCII; type it again")
        )
    text, fault = _text(value, REF_MAX)
    if fault:
        faults.append(Problem("tenant_ref", fault))
    return text


def _association(value: str, faults: list[Problem]) -> str:
    text, fault = _association_text(value, ASSOCIATION_MAX)
    if fault:
        faults.append(Problem("housing_association", fault))
    return text


def _email(value: str, faults: list[Problem]) -> str:
    try:
        return addresses.normalise(value)
    except BadAddress as error:
        faults.append(Problem("email", str(error)))
        return ""


def _language(value: str, faults: list[Problem]) -> str | None:
    try:
        return known_language(value.lower()) if value else None
    except ValueError as error:
        faults.append(Problem("language", str(error)))
        return None


def _yes_no(name: str, value: str | None, faults: list[Problem]) -> bool | None:
    if value is None:
        return None
    answer = YES_OR_NO.get(value.strip().lower())
    if answer is None:
        faults.append(Problem(name, "must be yes or no"))
    return answer
