"""Any form, any path and any token: the portal and the console answer, and not with a 5xx."""

from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from campaigns import staff
from campaigns.models import CampaignState, Role
from kit.database import Database
from links import signing
from links.errors import LinkInvalid
from links.signing import Purpose
from tests.conftest import NOW
from tests.console import months
from tests.console import site as consoles
from tests.fuzz.material import ON_THE_WIRE as TEXT
from tests.fuzz.material import fuzzed
from tests.portal import site as portals

KEY = b"k" * 32
TOKEN = signing.sign([KEY], Purpose.REPLY, b"i" * 16)
PIECES = st.sampled_from([TOKEN, TOKEN[:22], TOKEN[23:], ".", "=", "%00", "A" * 43]) | TEXT
TOKENS = st.lists(PIECES, max_size=4).map("".join)
NAMES = {
    *("changed", "topics", "work", "support", "step", "go", "choice", "List-Unsubscribe", "visit"),
    *("email", "code", "ref", "month", "do", "language", "role", "roles", "address", "query"),
    *("subject", "preheader", "opening", "closing", "questions", "tip-0-title", "tip-0-body"),
    *("base", "date", "time", "send_at", "window", "ordinal", "weekday", "hour", "confirm", "kind"),
}
VALUES = TEXT | st.sampled_from(["yes", "no", "send", "save", "One-Click", "stop", "all", "1"])
FIELDS = st.lists(st.tuples(st.sampled_from(sorted(NAMES)) | TEXT, VALUES), max_size=8)
MONTH = "2026-12"


def _posts(app: Flask) -> list[str]:
    """The rules that take a form, apart from those that end the visitor's own session."""
    rules = (rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()))
    return sorted({rule.rule for rule in rules if "sign-out" not in rule.rule})


def _path(rule: str, argument: str) -> str:
    """A rule's path; what it leaves open is a month where it wants one, and the argument else."""
    parts = [part.partition(">") for part in rule.split("<")]
    filled = (MONTH if "month:" in kind else argument for kind, _, _ in parts[1:])
    rests = (rest for _, _, rest in parts[1:])
    return parts[0][0] + "".join(
        f"{value}{rest}" for value, rest in zip(filled, rests, strict=True)
    )


@fuzzed(500)
@given(token=TOKENS)
def test_any_token_is_ours_or_invalid(token: str) -> None:
    with suppress(LinkInvalid):
        assert b"i" * 16 == signing.verify([KEY], Purpose.REPLY, token)


@pytest.fixture
def portal(platform_db: Database, tmp_path: Path) -> portals.PortalSite:
    return portals.build(platform_db, tmp_path / "keys")


@fuzzed(150)
@given(data=st.data())
def test_the_portal_answers_any_form(portal: portals.PortalSite, data: st.DataObject) -> None:
    rule = data.draw(st.sampled_from(_posts(portal.app)))
    path = _path(rule, data.draw(TOKENS | st.just(MONTH)))

    answer = portal.browser.post(path, data=MultiDict(data.draw(FIELDS)))

    assert answer.status_code < 500


@fuzzed(60)
@given(path=st.lists(TEXT | st.sampled_from(["r/", "stop/", "api/v1/", "data"])).map("".join))
def test_the_portal_answers_any_path(portal: portals.PortalSite, path: str) -> None:
    assert portal.browser.get(f"/{quote(path.lstrip('/'))}").status_code < 500


@pytest.fixture
def console(campaign_db: Database, tmp_path: Path) -> consoles.ConsoleSite:
    site = consoles.build(campaign_db, tmp_path, NOW)
    with campaign_db.writing() as session:
        months.in_state(session, MONTH, CampaignState.DRAFT, now=NOW)
        staff.add(session, email=consoles.ADMIN, roles=list(Role), by="tests", now=NOW)
    return site


@fuzzed(40)
@given(data=st.data())
def test_the_console_answers_any_form(console: consoles.ConsoleSite, data: st.DataObject) -> None:
    visitor = console.signed_in(consoles.ADMIN)
    token = consoles.CSRF.search(visitor.get("/staff").text)
    rule = data.draw(st.sampled_from(_posts(console.app)))
    path = _path(rule, data.draw(TEXT | st.sampled_from(["approve", "cancel", "1"])))

    sent = MultiDict([("csrf_token", token[1] if token else ""), *data.draw(FIELDS)])
    answer = visitor.client.post(path, data=sent)

    assert answer.status_code < 500


@fuzzed(10)
@given(query=st.lists(st.tuples(st.sampled_from(["month", "by", "page", "year"]), TEXT)))
def test_the_console_answers_any_question(
    console: consoles.ConsoleSite, query: list[tuple[str, str]]
) -> None:
    visitor = console.signed_in(consoles.ADMIN)
    for path in ("/", "/audit", "/audit.csv", f"/campaigns/{MONTH}/meanwhile", "/suppressions"):
        assert visitor.client.get(path, query_string=MultiDict(query)).status_code < 500
