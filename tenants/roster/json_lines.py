"""A roster as JSON lines: one object a tenant, with the fields of the API's tenant."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr, ValidationError
from sqlalchemy.orm import Session

from tenants.roster import imports, rows
from tenants.roster.imports import ImportReport, Rejected
from tenants.roster.lines import Broken, lines
from tenants.roster.repairs import Repairs
from tenants.roster.rows import BadRow, Row


class TenantLine(BaseModel):
    """One line. Unknown fields are refused, as an unknown column is."""

    model_config = ConfigDict(extra="forbid")

    tenant_ref: StrictStr
    email: StrictStr
    housing_association: StrictStr
    monthly_email: StrictBool
    language: Annotated[Literal["en", "cy"] | None, Field()] = None
    profiling: StrictBool | None = None


def import_json_lines(
    session: Session, stream: BinaryIO, *, dry_run: bool, now: datetime, is_whole: bool = False
) -> ImportReport:
    """`imports.import_csv` of JSON lines: UTF-8, an object a line, no header."""
    repairs = Repairs()
    rejected: list[Rejected] = []
    good = _good_rows(stream, rejected, repairs)
    return imports.import_rows(
        session, good, rejected, repairs, dry_run=dry_run, now=now, is_whole=is_whole
    )


def _good_rows(
    stream: BinaryIO, rejected: list[Rejected], repairs: Repairs
) -> Iterator[tuple[int, Row]]:
    for line in lines(stream, repairs):
        if isinstance(line, Broken):
            rejected.append((line.line, line.message))
            continue
        try:
            given = TenantLine.model_validate_json(line.text)
            yield line.number, rows.checked(Row(**given.model_dump()))
        except ValidationError as error:
            rejected.append((line.number, _said(error)))
        except BadRow as error:
            rejected.append((line.number, str(error)))


def _said(error: ValidationError) -> str:
    """The faults by field. A name that is not known may be somebody's data and is not repeated."""
    return "; ".join(
        f"{one['loc'][0]} {one['msg']}"
        if one["loc"] and one["loc"][0] in TenantLine.model_fields
        else f"a field that is not known: {one['msg']}"
        if one["loc"]
        else "is not a JSON object"
        for one in error.errors(include_input=False, include_url=False)
    )
