"""A script fetches the released figures with a token, and nothing else with it."""

from datetime import UTC, datetime

import pytest

from campaigns import staff, staff_tokens
from campaigns.models import Role
from kit.errors import NotFound, Refused
from tests.console import released
from tests.console.site import ANALYST, AUTHOR, ConsoleSite

MONTH = "2026-12"
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
FILES = (
    *(f"/reports/{MONTH}.{kind}" for kind in ("csv", "metadata.json", "measurements.json")),
    *(f"/reports/{MONTH}/work.{kind}" for kind in ("csv", "svg", "metadata.json")),
    *(f"/reports/{name}.{kind}" for name in ("all", "months") for kind in ("csv", "metadata.json")),
    "/reports/all.zip",
)


@pytest.fixture
def token(site: ConsoleSite) -> str:
    with site.campaign.writing() as session:
        released.publish(session, MONTH, now=NOW)
        return staff_tokens.add(session, email=ANALYST, name="notebook", by="test", now=NOW)


def _status(site: ConsoleSite, path: str, token: str) -> int:
    visitor = site.app.test_client()
    headers = {"Authorization": f"Bearer {token}"}
    return visitor.get(path, headers=headers).status_code


@pytest.mark.parametrize("path", FILES)
def test_a_token_fetches_each_file(site: ConsoleSite, token: str, path: str) -> None:
    assert 200 == _status(site, path, token)


def test_a_token_opens_nothing_else(site: ConsoleSite, token: str) -> None:
    assert 403 == _status(site, "/", token)
    assert 403 == _status(site, "/audit", token)
    assert 403 == _status(site, "/suppressions", token)


def test_an_altered_token_opens_nothing(site: ConsoleSite, token: str) -> None:
    assert 401 == _status(site, FILES[0], token + "x")
    assert 401 == _status(site, FILES[0], "é")


def test_a_removed_token_and_a_removed_owners_open_nothing(site: ConsoleSite, token: str) -> None:
    with site.campaign.writing() as session:
        other = staff_tokens.add(session, email=AUTHOR, name="other", by="test", now=NOW)
        staff_tokens.remove(session, name="notebook", by="test", now=NOW)
        staff.remove(session, email=AUTHOR, by="test", now=NOW)

    assert [401, 401] == [_status(site, FILES[0], each) for each in (token, other)]


def test_a_name_is_used_once_and_a_token_needs_an_owner(site: ConsoleSite, token: str) -> None:
    assert token.startswith(staff_tokens.PREFIX)
    with site.campaign.writing() as session:
        with pytest.raises(Refused, match="already"):
            staff_tokens.add(session, email=ANALYST, name="notebook", by="test", now=NOW)
        with pytest.raises(NotFound, match="not on the staff list"):
            staff_tokens.add(session, email="x@example.org", name="x", by="test", now=NOW)
        with pytest.raises(NotFound, match="checkin staff token list"):
            staff_tokens.remove(session, name="x", by="test", now=NOW)
        assert {Role.ANALYST} <= set(staff.find(session, ANALYST).roles)
