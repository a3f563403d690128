"""Signing in at an OpenID provider: the right person, once, in the browser that asked."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from kit import settings
from kit.database import Database
from tests.console import provider as providers
from tests.console import site as sites
from tests.console.provider import CLIENT, SECRET, Provider
from tests.console.site import AUTHOR, ConsoleSite, Visitor, words_of

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def provider() -> Iterator[Provider]:
    claims = {"email": AUTHOR.upper(), "email_verified": True}
    with providers.serving(Provider(claims)) as provider:
        yield provider


@pytest.fixture
def site(provider: Provider, campaign_db: Database, tmp_path: Path, now: datetime) -> ConsoleSite:
    chosen: dict[str, Any] = {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
    }
    return sites.build(campaign_db, tmp_path, now, **chosen)


def _leave(site: ConsoleSite, visitor: Visitor) -> str:
    """Go to the provider; returns the path it sends the browser back to."""
    away = visitor.get("/sign-in/single").location
    assert away is not None
    back = requests.get(away, allow_redirects=False, timeout=60).headers["Location"]
    return back.removeprefix(site.settings.console_url)


def _come_back(site: ConsoleSite, visitor: Visitor) -> TestResponse:
    return visitor.get(_leave(site, visitor))


def test_staff_sign_in_with_their_work_account(site: ConsoleSite) -> None:
    visitor = site.visitor()
    assert "Sign in with your work account" in visitor.text("/sign-in")
    assert "/" == _come_back(site, visitor).location
    assert AUTHOR in visitor.text("/")
    assert "single sign-on" in visitor.text("/audit")


def test_the_page_that_was_wanted_opens_afterwards(site: ConsoleSite) -> None:
    visitor = site.visitor()
    visitor.get("/audit")
    assert "/audit" == _come_back(site, visitor).location


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"email": "stranger@example.org"}, "not on the staff list"),
        ({"email_verified": False}, "has not verified your address"),
        ({"email_verified": "true"}, "has not verified your address"),
        ({"aud": "another-client"}, "Single sign-on did not work"),
        ({"exp": 1}, "Single sign-on did not work"),
        ({"iss": "https://elsewhere.example.org"}, "Single sign-on did not work"),
        ({"nonce": "another"}, "Single sign-on did not work"),
    ],
)
def test_a_word_that_does_not_hold_opens_nothing(
    site: ConsoleSite, provider: Provider, claims: dict[str, Any], sentence: str
) -> None:
    provider.claims.update(claims)
    visitor = site.visitor()
    answer = _come_back(site, visitor)
    assert 409 == answer.status_code
    assert sentence in words_of(answer)
    assert "/sign-in" == visitor.get("/").location


def test_a_token_signed_by_another_key_opens_nothing(site: ConsoleSite, provider: Provider) -> None:
    provider.other_key = RSAKey.generate_key(2048, {"kid": "one"})
    assert "did not work" in words_of(_come_back(site, site.visitor()))


def test_an_answer_for_another_browser_opens_nothing(site: ConsoleSite) -> None:
    mine, other = site.visitor(), site.visitor()
    back = _leave(site, mine)
    assert 409 == other.get(back).status_code
    assert "/sign-in" == other.get("/").location


def test_a_provider_that_is_away_is_a_sentence(
    campaign_db: Database, tmp_path: Path, now: datetime
) -> None:
    chosen: dict[str, Any] = {
        "oidc_issuer": "http://127.0.0.1:1",
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
    }
    site = sites.build(campaign_db, tmp_path, now, **chosen)
    assert "Single sign-on did not work" in site.visitor().text("/sign-in/single")


def test_without_a_provider_there_is_no_such_door(
    campaign_db: Database, tmp_path: Path, now: datetime
) -> None:
    site = sites.build(campaign_db, tmp_path, now)
    assert "work account" not in site.visitor().text("/sign-in")
    assert 404 == site.visitor().get("/sign-in/single").status_code


def test_half_a_configuration_is_named(monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
    monkeypatch.setenv("CHECKIN_OIDC_ISSUER", "https://id.example.org")
    with pytest.raises(settings.SettingsError, match="CHECKIN_OIDC_CLIENT_ID: is missing"):
        settings.load()
