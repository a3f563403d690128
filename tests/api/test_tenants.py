"""Tenants through the API: in step with the platform, and every right at once."""

import pytest
from sqlalchemy import select

from replies.models import Reply
from tenants.api_tokens import Scope
from tenants.models import ApiToken, Consent, Mark, Tenant
from tenants.rights import account_page, rights
from tests.api.client import ASSOCIATION, TENANT, Caller, caller, reply
from tests.portal.site import MONTH

ONE_DATABASE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_a_tenant_is_created_then_updated_then_left_alone(platform: Caller) -> None:
    created = platform.put("T-007")
    assert (201, "en", True) == (
        created.status_code,
        created.json["language"],
        created.json["profiling"],
    )
    updated = platform.put("T-007", language="cy")
    platform.site.now = platform.site.now.replace(hour=20)

    again = platform.put("T-007", language="cy")

    assert (200, updated.json) == (again.status_code, again.json)
    assert platform.get("/tenants/T-007") == again.json


def test_what_is_left_out_stays_and_a_stop_stays(platform: Caller) -> None:
    platform.put("T-007", language="cy", profiling=False)
    platform("PUT", "/tenants/T-007/stop")

    kept = platform.put("T-007").json

    assert ("cy", False, True) == (kept["language"], kept["profiling"], kept["stopped"])


@pytest.mark.parametrize(
    ("path", "field"),
    [("stop", "stopped"), ("restriction", "restricted"), ("objection", "objected")],
)
def test_a_right_takes_effect_twice_changes_nothing_more_and_is_undone(
    platform: Caller, path: str, field: str
) -> None:
    platform.put("T-007")
    first, second = (platform("PUT", f"/tenants/T-007/{path}") for _ in range(2))

    assert (200, True, first.json) == (first.status_code, first.json[field], second.json)
    assert platform("DELETE", f"/tenants/T-007/{path}").json[field] is False


def test_a_pause_is_three_months_and_ends_when_asked(platform: Caller) -> None:
    platform.put("T-007")

    assert "2027-03-03" == platform("PUT", "/tenants/T-007/pause").json["paused_until"]
    assert None is platform("DELETE", "/tenants/T-007/pause").json["paused_until"]


def test_an_erased_tenant_is_gone_and_may_be_erased_again(platform: Caller) -> None:
    reply(platform.site, "T-007")

    statuses = [platform("DELETE", "/tenants/T-007").status_code for _ in range(2)]

    assert [204, 204] == statuses
    assert 404 == platform("GET", "/tenants/T-007").status_code
    with platform.site.platform.reading() as session:
        for table in (Tenant, Consent):
            assert [] == session.scalars(select(table)).all()
        assert [True] == session.scalars(select(Mark.do_not_mail)).all()


def test_every_tenant_is_on_one_page_and_none_twice(platform: Caller) -> None:
    for number in range(5):
        platform.put(f"T-{number}", email=f"tenant-00{number}@example.org")
    refs, after, pages = [], "0", 0
    while True:
        page = platform.get(f"/tenants?limit=2&after={after}")
        refs += [tenant["tenant_ref"] for tenant in page["items"]]
        after, pages = page["next"], pages + 1
        if not page["has_more"]:
            break

    assert ([f"T-{number}" for number in range(5)], 3) == (refs, pages)
    assert {"items": [], "next": after, "has_more": False} == platform.get(
        f"/tenants?after={after}"
    )


def test_replies_and_openings_are_for_the_account_page(platform: Caller) -> None:
    reply(platform.site, "T-007")
    reply(platform.site, "T-008")

    held = platform.get("/tenants/T-007/replies")

    assert [(MONTH, "ended")] == [(r["month"], r["answers"]["work"]) for r in held["replies"]]
    assert [] == held["openings"]


def test_each_reading_is_logged_and_shown_to_the_tenant(platform: Caller) -> None:
    reply(platform.site, "T-007")
    platform.put("T-008")
    platform("PUT", "/tenants/T-007/restriction")
    for ref in ("T-007", "T-007", "T-008"):
        assert 200 == platform("GET", f"/tenants/{ref}/replies").status_code

    with platform.site.platform.reading() as session:
        held = {
            ref: account_page.readings(session, rights.find(session, ref).id)
            for ref in ("T-007", "T-008")
        }
        named = session.scalars(select(ApiToken.name)).one()

    assert [([MONTH], named)] * 2 == [(r.months, r.read_by) for r in held["T-007"]]
    assert [] == list(held["T-008"])


def test_changes_are_followed_by_a_cursor(platform: Caller) -> None:
    for ref in ("T-007", "T-008"):
        platform.put(ref)
    platform("PUT", "/tenants/T-007/stop")
    first = platform.get("/changes")
    platform("DELETE", "/tenants/T-008")
    platform("DELETE", "/tenants/T-007/stop")

    second = platform.get(f"/changes?after={first['next']}")

    assert [("T-007", "stopped")] == [(c["tenant_ref"], c["action"]) for c in first["items"]]
    assert [("T-008", "erased"), ("T-007", "resumed")] == [
        (c["tenant_ref"], c["action"]) for c in second["items"]
    ]
    assert {"api"} == {c["source"] for c in second["items"]}


@ONE_DATABASE
@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": None}, "email"),
        ({"email": "a\0@example.org"}, "email"),
        ({"housing_association": " "}, "housing_association"),
        ({"housing_association": "x" * 201}, "housing_association"),
        ({"housing_association": "a\ud800b"}, "housing_association"),
        ({"monthly_email": "yes"}, "monthly_email"),
        ({"language": "fr"}, "language"),
        ({"name": "somebody"}, "name"),
    ],
)
def test_each_wrong_field_is_named_and_nothing_is_kept(
    platform: Caller, fields: dict[str, object], named: str
) -> None:
    response = platform.put("T-007", **fields)

    assert (422, "application/problem+json") == (response.status_code, response.content_type)
    assert [named] == [error["field"] for error in response.json["errors"]]
    assert 404 == platform("GET", "/tenants/T-007").status_code


@ONE_DATABASE
@pytest.mark.parametrize("ref", ["%00", "T%0A", "x" * 65])
def test_a_reference_that_no_roster_takes_is_refused(platform: Caller, ref: str) -> None:
    assert 422 == platform.put(ref).status_code
    assert 404 == platform("GET", f"/tenants/{ref}").status_code
    assert 404 == platform("DELETE", f"/tenants/{ref}").status_code


@ONE_DATABASE
@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 422),
        (b"", "application/json", 422),
        (b"[" * 9_000, "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"{}", "text/plain", 415),
        (b"email=a", "application/x-www-form-urlencoded", 415),
        (b" " * 20_000, "application/json", 413),
    ],
)
def test_a_body_that_is_no_tenant_is_a_problem(
    platform: Caller, body: bytes, content_type: str, status: int
) -> None:
    response = platform("PUT", "/tenants/T-007", data=body, content_type=content_type)

    assert (status, status) == (response.status_code, response.json["status"])


@ONE_DATABASE
@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "after=-1", "after=x", "after=", "before=1"]
)
def test_a_wrong_page_is_named(platform: Caller, query: str) -> None:
    response = platform("GET", f"/tenants?{query}")

    assert (422, query.partition("=")[0]) == (
        response.status_code,
        response.json["errors"][0]["field"],
    )


@ONE_DATABASE
def test_an_address_or_a_method_that_is_not_there_is_a_problem_too(platform: Caller) -> None:
    missing, wrong = platform("GET", "/nothing"), platform("POST", "/tenants")

    assert (404, 405) == (missing.json["status"], wrong.json["status"])
    assert {"GET", "HEAD", "OPTIONS"} == set(wrong.headers["Allow"].split(", "))


def test_a_reply_that_cannot_be_opened_is_a_problem_and_no_page(platform: Caller) -> None:
    reply(platform.site, "T-007")
    with platform.site.platform.writing() as session:
        session.scalars(select(Reply)).one().sealed = b"x" * 80

    response = platform("GET", "/tenants/T-007/replies")

    assert (503, "application/problem+json") == (response.status_code, response.content_type)


def test_the_platforms_tenants_are_what_it_sent(platform: Caller) -> None:
    platform.put("T-007")

    held = platform.get("/tenants/T-007")

    assert {**TENANT, "housing_association": ASSOCIATION}.items() <= held.items()


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", ""), ("DELETE", ""), ("PUT", "/stop"), ("DELETE", "/stop"), ("PUT", "/restriction")],
)
def test_what_changed_since_it_was_read_is_not_overwritten(
    platform: Caller, method: str, path: str
) -> None:
    platform.put("T-007")
    read = platform("GET", "/tenants/T-007").headers["ETag"]
    platform("PUT", "/tenants/T-007/objection")
    body = {"json": TENANT} if (method, path) == ("PUT", "") else {}

    late, in_time = (
        platform(method, f"/tenants/T-007{path}", headers={"If-Match": version}, **body)
        for version in (read, platform("GET", "/tenants/T-007").headers["ETag"])
    )

    assert (412, "application/problem+json") == (late.status_code, late.content_type)
    assert in_time.status_code in (200, 204)


def test_a_tenant_is_created_only_if_nobody_is_there(platform: Caller) -> None:
    only_new, only_known = {"If-None-Match": "*"}, {"If-Match": "*"}
    asked = [only_known, only_new, only_new, only_known]

    statuses = [
        platform("PUT", "/tenants/T-007", json=TENANT, headers=headers).status_code
        for headers in asked
    ]

    assert [412, 201, 412, 200] == statuses


def test_a_complaint_is_taken_in_once(platform: Caller) -> None:
    complaint = {"text": "You use it wrongly.", "address": "nobody@example.org"}
    writes = caller(platform.site, Scope.COMPLAINTS_WRITE)
    first, again = (writes("PUT", "/complaints/ticket-17", json=complaint) for _ in range(2))

    assert [200, 200] == [first.status_code, again.status_code]
    assert first.json == again.json
    assert 422 == writes("PUT", "/complaints/other", json={"text": "x", "address": "x"}).status_code
