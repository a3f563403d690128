"""The roster by one request: what an import does, said to a program."""

import gzip
import json
from typing import Any

import pytest
from sqlalchemy import select

from tenants.models import Tenant
from tests.api.client import Caller

HEADER = "tenant_ref,email,housing_association,monthly_email,language"
CSV, NDJSON = "text/csv", "application/x-ndjson"


def csv_of(*refs: str, end: str = "example.org") -> bytes:
    rows = [f"{ref},{ref}@{end},Northfield Homes (example),yes,en" for ref in refs]
    return "\n".join((HEADER, *rows, "")).encode()


def json_of(*refs: str) -> bytes:
    kept = {"housing_association": "Northfield Homes (example)", "monthly_email": True}
    rows = [{"tenant_ref": ref, "email": f"{ref}@example.org", **kept} for ref in refs]
    return "\n".join(map(json.dumps, rows)).encode()


def put(platform: Caller, body: bytes, kind: str = CSV, query: str = "", **headers: str) -> Any:
    given = {"Content-Type": kind, **{name.replace("_", "-"): headers[name] for name in headers}}
    return platform("PUT", f"/roster{query}", data=body, headers=given)


def refs(platform: Caller) -> list[str]:
    with platform.site.platform.reading() as session:
        return list(session.scalars(select(Tenant.tenant_ref).order_by(Tenant.tenant_ref)))


@pytest.mark.parametrize(("kind", "body"), [(CSV, csv_of("a", "b")), (NDJSON, json_of("a", "b"))])
def test_a_roster_is_taken_and_the_same_again_changes_nothing(
    platform: Caller, kind: str, body: bytes
) -> None:
    first, again = put(platform, body, kind), put(platform, body, kind)
    assert (first.status_code, first.json["created"]) == (200, 2)
    assert (again.json["created"], again.json["updated"], again.json["unchanged"]) == (0, 0, 2)
    assert first.headers["ETag"] == again.headers["ETag"]
    assert refs(platform) == ["a", "b"]


def test_a_roster_may_be_sent_as_gzip(platform: Caller) -> None:
    body = gzip.compress(csv_of("a", "b"))
    assert put(platform, body, Content_Encoding="gzip").json["created"] == 2
    cut_off = put(platform, body[:-20], Content_Encoding="gzip")
    assert (cut_off.status_code, refs(platform)) == (422, ["a", "b"])


def test_a_dry_run_says_what_would_happen(platform: Caller) -> None:
    answer = put(platform, csv_of("a"), query="?dry_run=true").json
    assert (answer["created"], answer["dry_run"], refs(platform)) == (1, True, [])


@pytest.mark.parametrize(
    ("kind", "body", "line"),
    [
        (CSV, csv_of("a") + b"b,private,Homes,yes,en\n", "line 3"),
        (NDJSON, json_of("a") + b'\n{"tenant_ref": "private"}\n', "line 2"),
        (NDJSON, json_of("a") + b"\n[1]\n", "line 2"),
        (NDJSON, json_of("a") + b"\n" + json_of("b")[:-1] + b', "private": 1}\n', "line 2"),
    ],
)
def test_a_bad_line_is_a_problem_and_costs_no_other(
    platform: Caller, kind: str, body: bytes, line: str
) -> None:
    answer = put(platform, body, kind)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert [error["field"] for error in answer.json["errors"]] == [line]
    assert (answer.json["created"], answer.json["rejected"], refs(platform)) == (1, 1, ["a"])
    assert "private" not in answer.text


def test_a_body_that_is_no_roster_changes_nothing(platform: Caller) -> None:
    assert put(platform, b"").status_code == 422
    assert put(platform, b"name,email\nx,y\n").status_code == 422
    assert put(platform, b"{}", "application/json").status_code == 415
    assert refs(platform) == []


def test_leavers_are_listed_and_erased_only_when_asked(platform: Caller) -> None:
    put(platform, csv_of("a", "b", "c"))
    assert put(platform, csv_of("a")).json["leavers"] == []
    assert put(platform, csv_of("a"), query="?whole=true").json["leavers"] == ["b", "c"]
    assert refs(platform) == ["a", "b", "c"]
    wrong = put(platform, csv_of("a"), query="?erase_leavers=1")
    assert (wrong.status_code, refs(platform)) == (409, ["a", "b", "c"])
    unsure = put(platform, csv_of("a") + b"x,y,z,yes,en\n", query="?erase_leavers=2")
    assert (unsure.status_code, refs(platform)) == (409, ["a", "b", "c"])
    assert put(platform, csv_of("a"), query="?erase_leavers=2").status_code == 200
    assert refs(platform) == ["a"]


def test_a_roster_that_changed_meanwhile_is_not_overwritten(platform: Caller) -> None:
    version = put(platform, csv_of("a")).headers["ETag"]
    assert put(platform, csv_of("a", "b"), If_Match=version).status_code == 200
    late = put(platform, csv_of("c"), If_Match=version)
    assert (late.status_code, refs(platform)) == (412, ["a", "b"])


def test_the_challenge_says_that_a_token_is_not_known(platform: Caller) -> None:
    unknown = Caller(platform.site, "checkin_unknown")("GET", "/tenants")
    assert "error=invalid_token" in unknown.headers["WWW-Authenticate"]
    without = platform.site.browser.get("/api/v1/tenants")
    assert without.headers["WWW-Authenticate"] == "Bearer realm=checkin"


def changes(*lines: dict[str, object]) -> bytes:
    return "\n".join(map(json.dumps, lines)).encode()


def patch(platform: Caller, body: bytes, query: str = "", **headers: str) -> Any:
    given = {"Content-Type": NDJSON, **{name.replace("_", "-"): headers[name] for name in headers}}
    return platform("PATCH", f"/roster{query}", data=body, headers=given)


def test_a_change_touches_the_fields_it_names_and_no_others(platform: Caller) -> None:
    put(platform, csv_of("a", "b"))
    body = changes(
        {"tenant_ref": "a", "monthly_email": False},
        {"tenant_ref": "b", "email": "B@new.example.org", "language": "cy"},
    )
    tried = patch(platform, body, "?dry_run=true")
    assert (tried.json["updated"], platform.get("/tenants/a")["monthly_email"]) == (2, True)
    assert patch(platform, body).json["updated"] == 2
    a, b = platform.get("/tenants/a"), platform.get("/tenants/b")
    assert (a["email"], a["monthly_email"]) == ("a@example.org", False)
    assert (b["email"], b["language"]) == ("b@new.example.org", "cy")
    assert patch(platform, body).json["unchanged"] == 2


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ({"tenant_ref": "private", "monthly_email": False}, "not on the roster"),
        ({"monthly_email": False}, "tenant_ref"),
        ({"tenant_ref": "a", "monthly_email": None}, "monthly_email"),
        ({"tenant_ref": "a", "language": "fr"}, "language"),
        ({"tenant_ref": "a", "email": "private"}, "email"),
        ({"tenant_ref": "a", "stopped": False}, "not known"),
    ],
)
def test_a_wrong_change_is_named_by_line_and_costs_no_other(
    platform: Caller, line: dict[str, object], named: str
) -> None:
    put(platform, csv_of("a", "b"))
    answer = patch(platform, changes(line, {"tenant_ref": "b", "profiling": False}))
    (error,) = answer.json["errors"]
    assert (answer.status_code, error["field"], answer.json["updated"]) == (422, "line 1", 1)
    assert named in error["detail"]
    assert "private" not in answer.text
    assert platform.get("/tenants/b")["profiling"] is False


def test_changes_create_nobody_lift_nothing_and_hold_to_a_version(platform: Caller) -> None:
    version = put(platform, csv_of("a")).headers["ETag"]
    platform("PUT", "/tenants/a/stop")
    platform.put("b")
    late = patch(platform, changes({"tenant_ref": "a", "language": "cy"}), If_Match=version)
    assert late.status_code == 412
    patch(platform, changes({"tenant_ref": "a", "monthly_email": True}))
    assert platform.get("/tenants/a")["stopped"] is True
    assert refs(platform) == ["a", "b"]
    assert platform("PATCH", "/roster", data=b"{}", content_type="text/csv").status_code == 415
