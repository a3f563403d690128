"""What the API takes and gives. The OpenAPI document is made from these, so that it is true."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr

from tenants.rights.evidence import Action
from tenants.roster.rows import ASSOCIATION_MAX, REF_MAX

LIMIT_MAX = 200
LIMIT = 100

Month = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$", examples=["2026-12"])]
Language = Literal["en", "cy"]


class Shape(BaseModel):
    """Unknown fields are refused: a name misspelt is told, not dropped."""

    model_config = ConfigDict(extra="forbid")


class TenantIn(Shape):
    """A tenant as the platform knows them. What is left out stays as it is."""

    email: Annotated[StrictStr, Field(max_length=320, json_schema_extra={"format": "email"})]
    housing_association: Annotated[StrictStr, Field(min_length=1, max_length=ASSOCIATION_MAX)]
    monthly_email: Annotated[StrictBool, Field(description="Agreed to the monthly email.")]
    language: Annotated[Language | None, Field(description="Default: en.")] = None
    profiling: Annotated[
        StrictBool | None, Field(description="May be counted in statistics. Default: true.")
    ] = None


class TenantOut(Shape):
    """A tenant as Check-in holds them. Days are London's, moments UTC."""

    tenant_ref: Annotated[str, Field(max_length=REF_MAX)]
    email: str
    housing_association: str
    language: Language
    monthly_email: bool
    profiling: bool
    objected: Annotated[bool, Field(description="Left out of statistics, by their own word.")]
    stopped: Annotated[bool, Field(description="Took back their consent to the monthly email.")]
    paused_until: date | None
    restricted: Annotated[bool, Field(description="Kept, and nothing is done with it.")]
    changed_at: datetime


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


class OpeningOut(Shape):
    """A reply that was opened in an emergency; show it to the tenant."""

    month: Month
    reason: str
    opened_at: datetime


class RepliesOut(Shape):
    """Everything a tenant answered, oldest month first."""

    replies: list[ReplyOut]
    openings: list[OpeningOut]


class SubmittedOut(Shape):
    """A reply that its tenant expressly submitted to the association of the token."""

    tenant_ref: str
    month: Month
    submitted_on: date
    answers: dict[str, Any]
    in_words: list[InWords]


class ChangeOut(Shape):
    """What a tenant, staff or the API did to a tenant's standing; never an answer."""

    tenant_ref: str
    action: Annotated[str, Field(json_schema_extra={"enum": sorted(Action)})]
    source: str
    done_at: datetime


class Page(Shape):
    """One page. Ask for the following one with `after` set to `next`."""

    next: Annotated[str, Field(description="The cursor after this page; opaque.")]
    has_more: bool


class TenantPage(Page):
    items: list[TenantOut]


class SubmittedPage(Page):
    items: list[SubmittedOut]


class ChangePage(Page):
    items: list[ChangeOut]


class FieldError(Shape):
    field: str
    detail: str


class ProblemOut(Shape):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []


TAKEN = (TenantIn,)
GIVEN = (TenantOut, RepliesOut, TenantPage, SubmittedPage, ChangePage, ProblemOut)
