"""The API's input and output, from which the OpenAPI document is generated."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr

from kit.months import PATTERN
from replies.submissions import Submitted
from tenants.models import RightsEntry, Tenant
from tenants.rights import evidence, export
from tenants.rights.evidence import RightsAction
from tenants.roster.rows import ASSOCIATION_MAX, REF_MAX, LanguageCode

LIMIT_MAX = 200
LIMIT = 100

Month = Annotated[str, Field(pattern=rf"^{PATTERN}$", examples=["2026-12"])]
Item = TypeVar("Item")
Row = TypeVar("Row")


class Shape(BaseModel):
    """Base of all shapes: unknown fields are refused, so that a misspelt name is reported."""

    model_config = ConfigDict(extra="forbid")


class TenantIn(Shape):
    """A tenant's data from the platform. Fields left out keep their values."""

    email: Annotated[StrictStr, Field(max_length=320, json_schema_extra={"format": "email"})]
    housing_association: Annotated[StrictStr, Field(min_length=1, max_length=ASSOCIATION_MAX)]
    monthly_email: Annotated[StrictBool, Field(description="Agreed to the monthly email.")]
    language: Annotated[LanguageCode | None, Field(description="Default: en.")] = None
    profiling: Annotated[
        StrictBool | None, Field(description="May be counted in statistics. Default: true.")
    ] = None


class TenantOut(Shape):
    """A tenant as stored by Check-in. Days are London's, times are UTC."""

    tenant_ref: Annotated[str, Field(max_length=REF_MAX)]
    email: str
    housing_association: str
    language: LanguageCode
    monthly_email: bool
    profiling: bool
    objected: Annotated[bool, Field(description="Left out of statistics, by their own word.")]
    stopped: Annotated[bool, Field(description="Took back their consent to the monthly email.")]
    paused_until: date | None
    restricted: Annotated[bool, Field(description="Kept, and nothing is done with it.")]
    changed_at: datetime


class ComplaintIn(Shape):
    """A complaint that came to the platform."""

    text: Annotated[StrictStr, Field(min_length=1, max_length=4000)]
    address: Annotated[
        StrictStr | None,
        Field(
            min_length=1,
            max_length=320,
            json_schema_extra={"format": "email"},
            description="Where to write.",
        ),
    ] = None
    language: LanguageCode = "en"


class ComplaintOut(Shape):
    """How a complaint stands."""

    reference: str
    received_at: datetime
    acknowledge_by: date
    acknowledged_at: datetime | None
    closed_at: datetime | None


class InWords(Shape):
    """A question and the labels of what was chosen."""

    question: str
    answers: list[str]


class ReplyOut(Shape):
    """A reply, for the tenant's own account page and nobody else."""

    month: Month
    replied_on: date
    answers: Annotated[dict[str, Any], Field(description="Option keys, by question key.")]
    in_words: list[InWords]
    shown_to: Annotated[str | None, Field(description="The association it was submitted to.")]
    safe_contact: Annotated[list[str], Field(description="As in `/submitted`.")]
    left_out: Annotated[list[str], Field(description="Questions that the association never sees.")]


class OpeningOut(Shape):
    """A reply that was opened in an emergency; show it to the tenant."""

    month: Month
    reason: str
    opened_at: datetime


class RepliesOut(Shape):
    """All replies of a tenant, oldest month first."""

    replies: list[ReplyOut]
    openings: list[OpeningOut]


class SubmittedOut(Shape):
    """A reply that its tenant expressly submitted to the token's association."""

    tenant_ref: str
    month: Month
    submitted_on: date
    answers: dict[str, Any]
    in_words: list[InWords]
    safe_contact: Annotated[
        list[str],
        Field(
            description="The only safe ways to reach the tenant, out of phone, text, email,"
            " letter and not-at-home; empty if nobody asked them."
        ),
    ]


class ChangeOut(Shape):
    """A change to a tenant's choices or rights, by whatever route; never an answer."""

    tenant_ref: str
    action: Annotated[str, Field(json_schema_extra={"enum": sorted(RightsAction)})]
    source: str
    done_at: datetime


class PatchQuery(Shape):
    """How changes are taken."""

    dry_run: Annotated[bool, Field(description="Say what would happen and change nothing.")] = False


class RosterQuery(PatchQuery):
    """Options for importing a roster."""

    whole: Annotated[
        bool, Field(description="The body is the whole roster; list those it does not name.")
    ] = False
    erase_leavers: Annotated[
        int | None,
        Field(ge=0, description="Erase those it does not name, if there are exactly so many."),
    ] = None


class RosterOut(Shape):
    """The result of importing a roster; with `dry_run`, what it would be."""

    created: int
    updated: int
    unchanged: int
    rejected: Annotated[int, Field(description="Lines; the first 1,000 are named in `errors`.")]
    repaired: Annotated[str, Field(description="What was put right by itself, in one line.")]
    leavers: Annotated[list[str], Field(description="References that a whole roster leaves out.")]
    dry_run: bool


class Paging(Shape):
    """Which page of a list."""

    after: Annotated[
        str, Field(pattern=r"^[0-9]{1,18}$", description="`next` of the page before.")
    ] = "0"
    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX)] = LIMIT

    @property
    def cursor(self) -> int:
        return int(self.after)


class Page(Shape, Generic[Item]):
    """One page. Ask for the following one with `after` set to `next`."""

    next: Annotated[str, Field(description="The cursor after this page; opaque.")]
    has_more: bool
    items: list[Item]

    @classmethod
    def of(
        cls,
        rows: Sequence[Row],
        asked: Paging,
        *,
        cursor: Callable[[Row], int],
        shown: Callable[[Row], Item],
    ) -> Self:
        """Return a page of the first `limit` rows; one row more means that there is a next page."""
        page = rows[: asked.limit]
        return cls(
            next=str(cursor(page[-1]) if page else asked.cursor),
            has_more=len(rows) > asked.limit,
            items=list(map(shown, page)),
        )


class TenantPage(Page[TenantOut]):
    """Tenants."""


class SubmittedPage(Page[SubmittedOut]):
    """Replies that their tenants submitted."""


class ChangePage(Page[ChangeOut]):
    """Changes."""


class FieldError(Shape):
    """What is wrong with one field of a request."""

    field: str
    detail: str


class ProblemOut(Shape):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []


class RosterProblem(ProblemOut):
    """The rejected lines, and the result for the others."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    repaired: str = ""
    leavers: list[str] = []
    dry_run: bool = False


def tenant(row: Tenant) -> TenantOut:
    """A tenant's row."""
    return TenantOut.model_validate(export.facts(row))


def submitted(row: Submitted, ref: str) -> SubmittedOut:
    """A submitted reply and its tenant's reference."""
    return SubmittedOut(
        tenant_ref=ref,
        month=row.month,
        submitted_on=row.submitted_on,
        answers=row.answers,
        in_words=[
            InWords(question=question, answers=list(labels)) for question, labels in row.in_words
        ],
        safe_contact=list(row.safe_contact),
    )


def change(row: RightsEntry, keys: Sequence[bytes]) -> ChangeOut:
    """An entry of the rights log. `keys` open a sealed reference."""
    return ChangeOut.model_validate(evidence.told(row, keys))
