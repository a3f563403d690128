"""The OpenAPI 3.1 document, made from the shapes and a table of the operations.

A test holds the table against the routes, and schemathesis holds both against what is answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from portal.api import problems, shapes
from portal.api.shapes import LIMIT, LIMIT_MAX
from tenants.api_tokens import Scope
from tenants.roster.rows import REF_MAX

Json = dict[str, Any]

PAGED = ("after", "limit")
REF = "/tenants/{ref}"
MEANS = {
    200: "Done, or here it is.",
    201: "Created.",
    204: "It is gone, or never was.",
    401: "No token, or one that is not known.",
    403: "The token is not for this.",
    404: "There is no such tenant, or no roster takes such a reference.",
    413: "The body is longer than 16 KB.",
    415: "The body is not application/json.",
    422: "The input has errors; each is named.",
    500: "Our fault.",
    503: "The vault cannot open what is held.",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what it needs, takes and gives."""

    path: str
    method: str
    name: str
    summary: str
    scope: Scope
    gives: type[BaseModel] | None
    takes: type[BaseModel] | None = None
    is_paged: bool = False
    statuses: tuple[int, ...] = (200,)

    @property
    def problems(self) -> Iterable[int]:
        yield from (401, 403, 500)
        if "{ref}" in self.path and not self.takes:
            yield 404
        if self.takes:
            yield from (413, 415)
        if self.takes or self.is_paged:
            yield 422
        if self.scope in {Scope.REPLIES_READ, Scope.SUBMITTED_READ}:
            yield 503


READ, WRITE = Scope.TENANTS_READ, Scope.TENANTS_WRITE
TENANT = shapes.TenantOut

OPERATIONS = (
    Operation(
        "/tenants",
        "get",
        "listTenants",
        "Tenants in the order they came",
        READ,
        shapes.TenantPage,
        is_paged=True,
    ),
    Operation(REF, "get", "readTenant", "One tenant", READ, TENANT),
    Operation(
        REF,
        "put",
        "putTenant",
        "Create or update a tenant; no stop is lifted",
        WRITE,
        TENANT,
        takes=shapes.TenantIn,
        statuses=(200, 201),
    ),
    Operation(
        REF,
        "delete",
        "eraseTenant",
        "Erase a tenant, the replies and their key",
        WRITE,
        None,
        statuses=(204,),
    ),
    Operation(f"{REF}/stop", "put", "stop", "No more monthly emails", WRITE, TENANT),
    Operation(f"{REF}/stop", "delete", "unstop", "End a stop and a pause", WRITE, TENANT),
    Operation(f"{REF}/pause", "put", "pause", "No emails for three months", WRITE, TENANT),
    Operation(f"{REF}/pause", "delete", "unpause", "End a stop and a pause", WRITE, TENANT),
    Operation(f"{REF}/restriction", "put", "restrict", "Keep it, use it no more", WRITE, TENANT),
    Operation(f"{REF}/restriction", "delete", "unrestrict", "Use it again", WRITE, TENANT),
    Operation(f"{REF}/objection", "put", "object", "Leave out of statistics", WRITE, TENANT),
    Operation(f"{REF}/objection", "delete", "unobject", "Count again", WRITE, TENANT),
    Operation(
        f"{REF}/replies",
        "get",
        "readReplies",
        "For the tenant's own account page only",
        Scope.REPLIES_READ,
        shapes.RepliesOut,
    ),
    Operation(
        "/submitted",
        "get",
        "listSubmitted",
        "Replies expressly submitted to the association of the token; what was taken back is gone",
        Scope.SUBMITTED_READ,
        shapes.SubmittedPage,
        is_paged=True,
    ),
    Operation(
        "/changes",
        "get",
        "listChanges",
        "What changed for whom; never an answer",
        Scope.CHANGES_READ,
        shapes.ChangePage,
        is_paged=True,
    ),
)


def _document() -> Json:
    paths: Json = {}
    for operation in OPERATIONS:
        path = paths.setdefault(operation.path, _parameters(operation.path))
        path[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Check-in",
            "version": "1",
            "description": "For the platform's developers. Every call is idempotent.",
        },
        "servers": [{"url": problems.PREFIX}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _parameters(path: str) -> Json:
    if "{ref}" not in path:
        return {}
    schema = {"type": "string", "minLength": 1, "maxLength": REF_MAX}
    return {
        "parameters": [{"name": "ref", "in": "path", "required": True, "schema": schema}],
    }


def _operation(operation: Operation) -> Json:
    described: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "security": [{"token": [operation.scope]}],
        "responses": {
            **{str(status): _answer(operation, status) for status in operation.statuses},
            **{str(status): _problem(status) for status in operation.problems},
        },
    }
    if operation.is_paged:
        described["parameters"] = PAGING
    if operation.takes:
        described["requestBody"] = {"required": True, "content": _content(operation.takes)}
    return described


def _answer(operation: Operation, status: int) -> Json:
    content = {"content": _content(operation.gives)} if operation.gives else {}
    return {"description": MEANS[status], **content}


def _problem(status: int) -> Json:
    content = _content(shapes.ProblemOut, problems.MEDIA_TYPE)
    return {"description": MEANS[status], "content": content}


def _content(shape: type[BaseModel], media_type: str = "application/json") -> Json:
    return {media_type: {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}}


def _schemas() -> Json:
    inputs = [(shape, "validation") for shape in shapes.TAKEN]
    outputs = [(shape, "serialization") for shape in shapes.GIVEN]
    _, made = models_json_schema(
        [*inputs, *outputs],  # type: ignore[list-item]
        ref_template="#/components/schemas/{model}",
    )
    schemas: Json = made["$defs"]
    return schemas


PAGING = [
    {
        "name": "after",
        "in": "query",
        "description": "`next` of the page before.",
        "schema": {"type": "string", "pattern": "^[0-9]{1,18}$", "default": "0"},
    },
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT},
    },
]

DOCUMENT = _document()
