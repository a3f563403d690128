"""The OpenAPI document is served, is valid, and is true: schemathesis asks everything in it.

That no operation answers without its token is held by `test_access`.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from kit.database import Database
from portal.api import document, routes
from tenants.api_tokens import Scope
from tests.api.client import ASSOCIATION, caller, reply
from tests.portal.site import PortalSite, build

EXAMPLES = 5
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]


@pytest.fixture(scope="module")
def populated(
    sqlite_files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[PortalSite, dict[str, str]]:
    """A platform with a few tenants and replies, and a token of each scope."""
    folder = tmp_path_factory.mktemp("api")
    file = folder / "platform.db"
    file.write_bytes(sqlite_files["platform"].read_bytes())
    site = build(Database(f"sqlite:///{file}"), folder / "keys")
    reply(site, "0", show_to=ASSOCIATION)
    reply(site, "1")
    tokens = {
        scope.value: caller(
            site, scope, association=ASSOCIATION if scope is Scope.SUBMITTED_READ else None
        ).token
        for scope in Scope
    }
    return site, tokens


def _described() -> dict[str, Any]:
    bare = Flask(__name__)
    bare.register_blueprint(routes.pages)
    return document.openapi_of(bare)


DOCUMENT = _described()
schema = schemathesis.openapi.from_dict(DOCUMENT)


@schemathesis.serializer("text/csv", "application/x-ndjson")
def _lines(_context: schemathesis.SerializationContext, value: object) -> bytes:
    """Bodies that are text: what is generated for them is sent as it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
def test_every_answer_is_as_the_document_says(
    case: Any, populated: tuple[PortalSite, dict[str, str]]
) -> None:
    site, tokens = populated
    scope = case.operation.definition.raw["security"][0]["token"][0]
    headers = {"Authorization": f"Bearer {tokens[scope]}"}
    case.call_and_validate(app=site.app, headers=headers, checks=CHECKS)


def test_every_route_is_in_the_document(populated: tuple[PortalSite, dict[str, str]]) -> None:
    site, _ = populated
    found = {
        (re.sub("<(.+?)>", r"{\1}", rule.rule.removeprefix("/api/v1")), method.lower())
        for rule in site.app.url_map.iter_rules()
        if rule.endpoint.startswith(f"{routes.pages.name}.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    described = {(path, method) for path, of in DOCUMENT["paths"].items() for method in of}
    assert described == found - {("/openapi.json", "get")}


def test_every_operation_has_a_name_of_its_own() -> None:
    """Code that is made from the document calls its functions by these names."""
    names = [each["operationId"] for of in DOCUMENT["paths"].values() for each in of.values()]

    assert len(set(names)) == len(names)


def test_the_document_is_served_to_everybody(populated: tuple[PortalSite, dict[str, str]]) -> None:
    site, _ = populated
    response: Any = site.browser.get("/api/v1/openapi.json")

    assert (200, "3.1.0") == (response.status_code, response.json["openapi"])
    assert DOCUMENT == response.json
