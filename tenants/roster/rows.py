"""One row of a roster: its fields checked and put into the form they are kept in. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit import invisible
from tenants.roster import addresses, destroyed, lookalikes
from tenants.roster.addresses import BadAddress

REF_MAX = 64
ASSOCIATION_MAX = 200
LANGUAGES = ("en", "cy")
YES_OR_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Row:
    """A good row. None is a field that the file leaves out: what is held stays as it is."""

    tenant_ref: str
    email: str
    housing_association: str
    language: str | None
    monthly_email: bool
    profiling: bool | None


class BadRow(ValueError):
    """A row with one or more faults; each begins with its field's name, and repeats no value."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def read(fields: Sequence[str], columns: Mapping[str, int]) -> Row:
    """Check a record's fields; `columns` says where each stands.

    Raises:
        BadRow: a field is missing, malformed or too long; all of them at once.
    """
    faults: list[str] = []
    row = Row(
        tenant_ref=_ref(fields[columns["tenant_ref"]], faults),
        email=_email(fields[columns["email"]], faults),
        housing_association=_text(
            "housing_association", fields[columns["housing_association"]], ASSOCIATION_MAX, faults
        ),
        language=_language(_optional("language", fields, columns), faults),
        monthly_email=bool(_yes_no("monthly_email", fields[columns["monthly_email"]], faults)),
        profiling=_yes_no("profiling", _optional("profiling", fields, columns) or None, faults),
    )
    if faults:
        raise BadRow(*faults)
    return row


def _optional(name: str, fields: Sequence[str], columns: Mapping[str, int]) -> str:
    return fields[columns[name]].strip() if name in columns else ""


def _text(name: str, value: str, longest: int, faults: list[str]) -> str:
    text = unicodedata.normalize("NFC", " ".join(invisible.removed(value).split()))
    if not text:
        faults.append(f"{name} is empty")
    elif len(text) > longest:
        faults.append(f"{name} is longer than {longest} characters")
    elif not text.isprintable():
        faults.append(f"{name} has a character that cannot be printed")
    elif destroyed_by := destroyed.kind(text):
        faults.append(f"{name} is {destroyed_by}; put back what it was")
    return text


def _ref(value: str, faults: list[str]) -> str:
    if lookalikes.looks_like_ascii(value):
        faults.append("tenant_ref has a letter that only looks like plain ASCII; type it again")
    return _text("tenant_ref", value, REF_MAX, faults)


def _email(value: str, faults: list[str]) -> str:
    try:
        return addresses.normalise(value)
    except BadAddress as error:
        faults.append(f"email {error}")
        return ""


def _language(value: str, faults: list[str]) -> str | None:
    if value and value.lower() not in LANGUAGES:
        faults.append("language must be en or cy")
    return value.lower() or None


def _yes_no(name: str, value: str | None, faults: list[str]) -> bool | None:
    if value is None:
        return None
    answer = YES_OR_NO.get(value.strip().lower())
    if answer is None:
        faults.append(f"{name} must be yes or no")
    return answer
