"""Bring 50,000 tenants in step by the platform's API, beside the CSV import of the same file."""

import io
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask.testing import FlaskClient

from bench.rows import Measurement
from checkin.databases import platform_is_current
from kit.database import Database, PlatformBase
from kit.settings import Settings
from links import keys
from portal.app import create_app
from replies.vault import master_keys
from tenants import api_tokens
from tenants.api_tokens import Scope
from tenants.roster.imports import import_csv

TENANTS = 50_000
ROUNDS = 3
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
HEADER = "tenant_ref,email,housing_association,monthly_email"
AGAINST_CSV, UNCHANGED = 1.5, 0.5
CSV, NDJSON = "text/csv", "application/x-ndjson"


def measure() -> list[Measurement]:
    """Medians of fresh databases; the request goes through the WSGI application in this process."""
    found = {name: statistics.median(times) for name, times in _times().items()}
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    by_csv = found["import"]
    return [
        Measurement("50,000 tenants by CSV import", f"{by_csv:.2f} s", "-", True),
        *(
            _ratio(f"50,000 tenants by API, {kind}", found[kind], by_csv, AGAINST_CSV)
            for kind in (CSV, NDJSON)
        ),
        _ratio("the same 50,000 again by API", found["again"], found[CSV], UNCHANGED),
        Measurement(
            "memory of the process that took them", f"{megabytes:.0f} MB", "-", True, "peak"
        ),
    ]


def _ratio(name: str, seconds: float, beside: float, target: float) -> Measurement:
    ratio = seconds / beside
    return Measurement(name, f"{seconds:.2f} s = x{ratio:.2f}", f"x{target}", ratio <= target)


def _times() -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"import": [], CSV: [], NDJSON: [], "again": []}
    bodies = {CSV: _csv(), NDJSON: _json_lines()}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            database = _database(Path(folder), "import")
            times["import"].append(_seconds(lambda: _import(database, bodies[CSV])))  # noqa: B023
            for kind, body in bodies.items():
                client, token = _api(Path(folder), kind.rpartition("/")[2])
                put = _Put(client, token, kind, body)
                times[kind].append(_seconds(put))
                if kind == CSV:
                    times["again"].append(_seconds(put))
    return times


class _Put:
    def __init__(self, client: FlaskClient, token: str, kind: str, body: bytes) -> None:
        self._client, self._body = client, body
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}

    def __call__(self) -> None:
        answer = self._client.put("/api/v1/roster", data=self._body, headers=self._headers)
        if answer.status_code != 200:
            raise RuntimeError(answer.text)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _import(database: Database, body: bytes) -> None:
    with database.writing() as session:
        import_csv(session, io.BytesIO(body), dry_run=False, now=NOW)


def _database(folder: Path, name: str) -> Database:
    database = Database(f"sqlite:///{folder}/{name}.db")
    PlatformBase.metadata.create_all(database.engine)
    return database


def _api(folder: Path, name: str) -> tuple[FlaskClient, str]:
    database = _database(folder, name)
    links, vault = folder / f"{name}-links", folder / f"{name}-vault"
    keys.create(links)
    master_keys.create(vault)
    settings = Settings(link_keys_file=links, vault_keys=str(vault))
    with database.writing() as session:
        token = api_tokens.add(
            session,
            name="bench",
            scopes={Scope.TENANTS_WRITE},
            housing_association=None,
            now=NOW,
        )
    app = create_app(settings=settings, platform=database, is_current=platform_is_current)
    return app.test_client(), token


def _csv() -> bytes:
    rows = [f"T-{n:06},tenant-{n}@example.org,Northfield Homes,yes" for n in range(TENANTS)]
    return "\n".join((HEADER, *rows, "")).encode()


def _json_lines() -> bytes:
    said = {"housing_association": "Northfield Homes", "monthly_email": True}
    return "\n".join(
        json.dumps({"tenant_ref": f"T-{n:06}", "email": f"tenant-{n}@example.org", **said})
        for n in range(TENANTS)
    ).encode()
