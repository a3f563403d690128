"""A client that another project's generator makes of the document works against the portal."""

import importlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from kit import web_server
from tenants.api_tokens import Scope
from tests.api.client import caller
from tests.portal.site import PortalSite

BODY_MAX = 4 * 1024 * 1024
NAME = "check_in_client"
RAW = "application/octet-stream"
ROSTER = b"""tenant_ref,email,housing_association,monthly_email
T-009,tenant-009@example.org,Northfield Homes (example),yes
"""
CONFIGURATION = {
    "post_hooks": [],
    "content_type_overrides": {"text/csv": RAW, "application/x-ndjson": RAW},
}
"""What `docs/join.md` says: a roster is sent as the bytes it is."""


@pytest.fixture
def url(site: PortalSite) -> Iterator[str]:
    server = web_server.bind(site.app, host="127.0.0.1", port=0, body_max=BODY_MAX)
    thread = Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}/api/v1"
    server.close()
    thread.join()


@pytest.fixture
def client(site: PortalSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The package that openapi-python-client makes; returns its name."""
    document = tmp_path / "openapi.json"
    document.write_text(site.browser.get("/api/v1/openapi.json").text)
    (tmp_path / "config.yaml").write_text(json.dumps(CONFIGURATION))
    program = Path(sys.executable).with_name("openapi-python-client")
    given = f"--path {document} --config {tmp_path}/config.yaml --output-path {tmp_path}/{NAME}"
    made = subprocess.run(
        [program, "generate", "--meta", "none", "--fail-on-warning", *given.split()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    monkeypatch.syspath_prepend(tmp_path)
    return NAME


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_generated_client_joins_changes_and_follows(
    site: PortalSite, url: str, client: str
) -> None:
    def module(name: str) -> Any:
        return importlib.import_module(f"{client}.{name}")

    token = caller(site, Scope.TENANTS_READ, Scope.TENANTS_WRITE, Scope.CHANGES_READ).token
    asking = module("client").AuthenticatedClient(base_url=url, token=token)
    models = module("models")
    body = models.TenantIn(
        email="tenant-007@example.org",
        housing_association="Northfield Homes (example)",
        monthly_email=True,
    )
    with asking:
        made = module("api.default.put_tenant").sync("T-007", client=asking, body=body)
        again = module("api.default.read_tenant").sync("T-007", client=asking)
        module("api.default.stop").sync("T-007", client=asking)
        roster = module("types").File(payload=io.BytesIO(ROSTER))
        sent = module("api.default.put_roster").sync(client=asking, body=roster)
        page = module("api.default.list_changes").sync(client=asking)
        refused = module("api.default.read_tenant").sync("T-008", client=asking)
    assert made == again
    assert (sent.created, sent.unchanged) == (1, 0)
    assert [(item.tenant_ref, str(item.action)) for item in page.items] == [("T-007", "stopped")]
    assert (type(refused).__name__, refused.status) == ("ProblemOut", 404)
