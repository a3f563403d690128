"""Import a roster from JSON lines: one object a tenant, with the fields of the API's tenant."""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, TypeVar

from pydantic import BaseModel, ConfigDict, StrictBool, StrictStr, ValidationError
from sqlalchemy.orm import Session

from tenants.roster import imports, rows
from tenants.roster.imports import ImportReport, Rejected
from tenants.roster.lines import Broken, lines
from tenants.roster.repairs import Repairs
from tenants.roster.rows import BadRow, LanguageCode, Row

Said = TypeVar("Said", bound=BaseModel)


class TenantLine(BaseModel):
    """A line of a roster. Unknown fields are refused, as an unknown column is."""

    model_config = ConfigDict(extra="forbid")

    tenant_ref: StrictStr
    email: StrictStr
    housing_association: StrictStr
    monthly_email: StrictBool
    language: LanguageCode | None = None
    profiling: StrictBool | None = None


class TenantPatch(BaseModel):
    """A line of changes: whom, and the fields to change. A field may be left out, never null."""

    model_config = ConfigDict(extra="forbid")

    tenant_ref: StrictStr
    email: StrictStr = ""
    housing_association: StrictStr = ""
    monthly_email: StrictBool = False
    language: LanguageCode = "en"
    profiling: StrictBool = True


def import_json_lines(
    session: Session, stream: BinaryIO, *, dry_run: bool, now: datetime, is_whole: bool = False
) -> ImportReport:
    """`imports.import_csv` of JSON lines: UTF-8, an object a line, no header."""
    repairs = Repairs()
    rejected: list[Rejected] = []
    good = _good_rows(read(stream, TenantLine, rejected, repairs), rejected)
    return imports.import_rows(
        session, good, rejected, repairs, dry_run=dry_run, now=now, is_whole=is_whole
    )


def read(
    stream: BinaryIO, kind: type[Said], rejected: list[Rejected], repairs: Repairs
) -> Iterator[tuple[int, Said]]:
    """What each line says, with its number; a line that does not fit is added to `rejected`."""
    for line in lines(stream, repairs):
        if isinstance(line, Broken):
            rejected.append((line.line, line.message))
            continue
        try:
            yield line.number, kind.model_validate_json(line.text)
        except ValidationError as error:
            rejected.append((line.number, _fault(error, kind)))


def _good_rows(
    given: Iterator[tuple[int, TenantLine]], rejected: list[Rejected]
) -> Iterator[tuple[int, Row]]:
    for line, said in given:
        try:
            yield line, rows.checked(Row(**said.model_dump()))
        except BadRow as error:
            rejected.append((line, str(error)))


def _fault(error: ValidationError, kind: type[BaseModel]) -> str:
    """Return the faults by field. Unknown names are not quoted, because they may be data."""
    return "; ".join(
        f"{one['loc'][0]} {one['msg']}"
        if one["loc"] and one["loc"][0] in kind.model_fields
        else f"a field that is not known: {one['msg']}"
        if one["loc"]
        else "is not a JSON object"
        for one in error.errors(include_input=False, include_url=False)
    )
