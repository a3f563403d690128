"""The API page: the OpenAPI document as tables."""

from typing import Any

from flask import Flask

from checkin.reference.markdown import code, paragraphs, table
from portal.api import document, routes

Json = dict[str, Any]

INTRODUCTION = """
Under `/api/v1`, with a bearer token; the whole document is at `/api/v1/openapi.json`. What the
calls are for is told in [the API for the platform](../api.md).
"""


def page() -> str:
    """Every call, and the shape of what goes in and out."""
    application = Flask(__name__)
    application.register_blueprint(routes.pages)
    described = document.openapi_of(application)
    calls = [_call(path, *each) for path, of in described["paths"].items() for each in of.items()]
    shapes = [_shape(*named) for named in sorted(described["components"]["schemas"].items())]
    header = ("call", "scope", "does", "takes", "gives")
    return paragraphs("# API", INTRODUCTION, "## Calls", table(header, calls), "## Shapes", *shapes)


def _call(path: str, method: str, call: Json) -> tuple[str, ...]:
    (scope,) = call["security"][0]["token"]
    return (
        code(f"{method.upper()} {path}"),
        code(str(scope)),
        call["summary"],
        _name(call.get("requestBody", {})),
        ", ".join(_given(*each) for each in sorted(call["responses"].items())),
    )


def _given(status: str, answer: Json) -> str:
    shape = _name(answer)
    return status if status >= "400" or shape == "–" else f"{status} {shape}"


def _name(body: Json) -> str:
    """The shape that a body refers to."""
    content = body.get("content", {})
    for media in content.values():
        named = media["schema"].get("$ref")
        return code(named.rpartition("/")[2]) if named else ", ".join(map(code, content))
    return "–"


def _shape(name: str, schema: Json) -> str:
    required = schema.get("required", ())
    fields = [
        (code(field), _type(of), "yes" if field in required else "–", of.get("description", ""))
        for field, of in schema.get("properties", {}).items()
    ]
    rows = table(("field", "type", "required", ""), fields) if fields else f"`{_type(schema)}`"
    return paragraphs(f"### {name}", schema.get("description", ""), rows)


def _type(schema: Json) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema or "const" in schema:
        return ", ".join(code(str(each)) for each in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return " ".join(str(schema[key]) for key in ("type", "format") if key in schema) or "any"
