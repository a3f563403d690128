"""The header of a roster: which column is where, and which ones are not wanted at all."""

from collections.abc import Iterator, Sequence

from kit.errors import BadInput, Problem

REQUIRED = ("tenant_ref", "email", "housing_association", "monthly_email")
OPTIONAL = ("language", "profiling")
KNOWN = (*REQUIRED, *OPTIONAL)
NAME_SHOWN = 40

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


def positions(header: Sequence[str]) -> dict[str, int]:
    """Where each known column stands in a header row.

    Raises:
        BadInput: a column is missing, doubled, unknown or not wanted; all of them at once.
    """
    names = [name.strip().lower().replace(" ", "_").replace("-", "_") for name in header]
    if not set(names) & set(KNOWN):
        raise BadInput([Problem("line 1", _no_header(header))])
    problems = [Problem("line 1", message) for message in _problems(names)]
    if problems:
        raise BadInput(problems)
    return {name: place for place, name in enumerate(names)}


def _no_header(header: Sequence[str]) -> str:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        return "the columns are not separated by commas; save the file again as “CSV UTF-8”"
    return f"there is no header; begin the file with the row {','.join(KNOWN)}"


def _problems(names: Sequence[str]) -> Iterator[str]:
    for name in dict.fromkeys(names):
        if name in PERSONAL:
            yield (
                f"the column “{name}” holds personal data that is not wanted here; take it out of"
                " the file, Check-in works without it"
            )
        elif name not in KNOWN:
            yield f"there is no column “{name[:NAME_SHOWN]}”; the columns are {', '.join(KNOWN)}"
        elif names.count(name) > 1:
            yield f"the column “{name}” is there {names.count(name)} times; keep one"
    for name in REQUIRED:
        if name not in names:
            yield f"the column “{name}” is missing; add it"
