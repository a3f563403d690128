"""The OpenAPI 3.1 document, which spectree generates from the routes and the shapes.

`operation` declares a view's scope, input and output, and has spectree validate requests. In the
tests Schemathesis compares the answers with the document.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, ParamSpec

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from spectree import Response as Answers
from spectree import SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from kit.errors import BadInput, Problem
from portal.api import problems
from portal.api.access import needs
from portal.api.shapes import ProblemOut
from tenants.api_tokens import Scope
from tenants.roster.rows import REF_MAX

Json = dict[str, Any]
Given = ParamSpec("Given")
Shape = type[BaseModel]
Answer = Response | BaseModel | tuple[BaseModel, int, Mapping[str, str]]
"""What a view returns; spectree makes a response from a shape."""
View = Callable[Given, Answer]
Served = Callable[Given, ResponseReturnValue]

LINES: dict[str, Mapping[str, Shape | str]] = {}
"""By operation: what a line of its body is, by the body's type."""

MEANS = {
    200: "Done, or here it is.",
    201: "Created.",
    204: "It is gone, or never was.",
    401: "No token, or one that is not known.",
    403: "The token is not for this.",
    404: "There is no such tenant, or no roster takes such a reference.",
    409: "Nobody was erased: not as many left as it says, or a line was rejected.",
    412: "It has changed since the version that If-Match names.",
    413: "The body is too long.",
    415: "The body is of another type than this takes.",
    422: "The input has errors; each is named.",
    500: "Our fault.",
    503: "The vault cannot open what is held.",
}
REF = {"type": "string", "minLength": 1, "maxLength": REF_MAX}


def operation(
    name: str,
    scope: Scope,
    gives: Mapping[int, Shape | None],
    *,
    takes: Shape | None = None,
    query: Shape | None = None,
    lines: Mapping[str, Shape | str] | None = None,
    fails: tuple[int, ...] = (),
) -> Callable[[View[Given]], Served[Given]]:
    """Describe a view, and let it be used only with a token of `scope` and as described.

    It is handed the checked body as `json` and the checked parameters as `query`. `lines` says of
    each type of a body that the view reads line by line what a line is. `fails` are the statuses of
    its own errors; those of the token, of the body and of the parameters are added.
    """
    if lines:
        LINES[name] = lines

    def described(view: View[Given]) -> Served[Given]:
        held: Served[Given] = API.validate(
            json=takes,
            query=query,
            resp=_answers(gives, {401, 403, 500, *fails, *_refusals(takes, query, lines)}),
            security={"token": [scope.value]},
            operation_id=name,
        )(view)
        return needs(scope)(_takes_json(held) if takes else held)

    return described


def openapi_of(app: Flask) -> Json:
    """Return the document of an application's operations."""
    with app.app_context():
        found = API.spec
    named = {
        shape.__name__: shape.model_json_schema()
        for lines in LINES.values()
        for shape in lines.values()
        if not isinstance(shape, str)
    }
    return {
        **found,
        "components": {
            **found["components"],
            "schemas": found["components"]["schemas"] | named,
        },
        "servers": [{"url": problems.PREFIX}],
        "paths": {
            path.removeprefix(problems.PREFIX): {
                method: _tidied(each) for method, each in of.items()
            }
            for path, of in sorted(found["paths"].items())
        },
    }


def _answers(gives: Mapping[int, Shape | None], refusals: set[int]) -> Answers:
    shapes = {**dict.fromkeys(sorted(refusals), ProblemOut), **gives}
    return Answers(**{f"HTTP_{status}": (shape, MEANS[status]) for status, shape in shapes.items()})


def _refusals(takes: Shape | None, query: Shape | None, lines: object) -> Iterator[int]:
    if takes or lines:
        yield from (413, 415)
    if takes or query:
        yield 422


def _takes_json(view: Served[Given]) -> Served[Given]:
    """Refuse a body that is not JSON, of which spectree would report missing fields."""

    @wraps(view)
    def checked(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
        if request.mimetype != "application/json":
            raise UnsupportedMediaType
        try:
            request.get_json()
        except (BadRequest, RecursionError):
            raise BadInput([Problem("", "The body is not JSON.")]) from None
        return view(*args, **kwargs)

    return checked


def _refuse(_request: Any, _response: Any, error: Any, *_: Any) -> None:
    """Report input that does not match its shape as BadInput, field by field."""
    if error is not None:
        raise BadInput(
            Problem(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()
        )


def _tidied(described: Json) -> Json:
    """Correct an operation: remove spectree's 422 and give problems their media type."""
    responses = {
        status: _as_problem(answer) if status >= "400" else answer
        for status, answer in described["responses"].items()
        if answer["description"] == MEANS[int(status)]
    }
    parameters = [
        {**each, "schema": REF} if each["in"] == "path" else each
        for each in described["parameters"]
    ]
    lines = LINES.get(described["operationId"])
    body = {"requestBody": {"required": True, "content": _content(lines)}} if lines else {}
    return {**described, **body, "responses": responses, "parameters": parameters}


def _content(lines: Mapping[str, Shape | str]) -> Json:
    """OpenAPI 3.1 knows no lines of JSON (3.2 does): the body is text that names the shape."""
    return {
        media: {
            "schema": {
                "type": "string",
                "format": "binary",
                "description": said if isinstance(said, str) else f"A {said.__name__} a line.",
            }
        }
        for media, said in lines.items()
    }


def _as_problem(answer: Json) -> Json:
    return {**answer, "content": {problems.MEDIA_TYPE: answer["content"]["application/json"]}}


BEARER = SecuritySchemeData(type=SecureType.HTTP, scheme="bearer")
API = SpecTree(
    "flask",
    title="Check-in",
    version="1",
    description="For the platform's developers. Every call is idempotent.",
    mode="strict",
    before=_refuse,
    validation_error_model=ProblemOut,
    naming_strategy=lambda shape: shape.__name__,
    nested_naming_strategy=lambda _shape, nested: nested,
    security_schemes=[SecurityScheme(name="token", data=BEARER)],
)
