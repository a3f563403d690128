"""Every key and credential that the code owns is replaced under running servers, who go on."""

from datetime import datetime
from pathlib import Path

import pytest

from kit.database import Database
from links import keys
from links.signing import Purpose
from replies.vault import master_keys, rotation
from replies.vault.master_keys import LocalRing
from tenants import api_tokens
from tenants.api_tokens import Scope
from tests.cli.conftest import Cli, bare, cli, empty
from tests.console import site as console_site
from tests.console.site import AUTHOR
from tests.portal import site as portal_site
from tests.portal.site import NOTHING_CHANGED

__all__ = ["bare", "cli", "empty"]


@pytest.fixture
def console(campaign_db: Database, tmp_path: Path, now: datetime) -> console_site.ConsoleSite:
    return console_site.build(campaign_db, tmp_path, now)


@pytest.fixture
def portal(platform_db: Database, tmp_path: Path) -> portal_site.PortalSite:
    return portal_site.build(platform_db, tmp_path)


def test_whoever_is_signed_in_stays_so_when_the_consoles_key_is_replaced(
    console: console_site.ConsoleSite,
) -> None:
    before, waiting = console.signed_in(AUTHOR), console.link(AUTHOR)
    keys.rotate(console.settings.secret_key_file, keep=3)

    assert 200 == before.get("/").status_code
    assert 200 == console.signed_in(AUTHOR).get("/").status_code
    assert 303 == console.visitor().post(waiting, form_at=waiting).status_code


def test_a_session_of_a_key_that_has_gone_is_over(console: console_site.ConsoleSite) -> None:
    before = console.signed_in(AUTHOR)
    keys.rotate(console.settings.secret_key_file, keep=0)

    assert "/sign-in" == before.get("/").location


def test_links_of_the_older_and_of_the_newest_key_open_in_a_running_portal(
    portal: portal_site.PortalSite,
) -> None:
    link = portal.new_link(portal.new_tenant())
    before = portal.token(Purpose.REPLY, link)
    keys.rotate(portal.folder / "links", keep=3)
    after = portal.token(Purpose.REPLY, link)

    assert before != after
    assert [200, 200] == [portal.browser.get(f"/r/{each}").status_code for each in (before, after)]
    keys.rotate(portal.folder / "links", keep=1)
    assert [404, 200] == [portal.browser.get(f"/r/{each}").status_code for each in (before, after)]


def test_replies_come_in_and_open_while_the_master_key_is_replaced(
    portal: portal_site.PortalSite,
) -> None:
    tenants = [portal.new_tenant(f"T-00{number}") for number in (1, 2)]
    paths = [portal.reply_path(portal.new_link(tenant)) for tenant in tenants]
    assert 200 == portal.browser.post(paths[0], data=NOTHING_CHANGED).status_code
    vault = portal.folder / "vault"
    master_keys.add_epoch(vault)
    assert 200 == portal.browser.post(paths[1], data=NOTHING_CHANGED).status_code
    assert 1 == rotation.rewrap_all(portal.platform, LocalRing(vault))

    assert [[{"changed": "no"}]] * 2 == [portal.answers_of(tenant) for tenant in tenants]


def test_an_api_token_is_replaced_without_a_moment_without_one(
    portal: portal_site.PortalSite, now: datetime
) -> None:
    portal.new_tenant()

    def make(name: str) -> dict[str, str]:
        scopes, token = {Scope.TENANTS_READ}, ""
        with portal.platform.writing() as session:
            token = api_tokens.add(
                session, name=name, scopes=scopes, housing_association=None, now=now
            )
        return {"Authorization": f"Bearer {token}"}

    def ask(header: dict[str, str]) -> int:
        return portal.browser.get("/api/v1/tenants/T-001", headers=header).status_code

    older, newer = make("rent-flex 2026"), make("rent-flex 2027")
    assert [200, 200] == [ask(older), ask(newer)]
    with portal.platform.writing() as session:
        api_tokens.remove(session, name="rent-flex 2026")

    assert [401, 200] == [ask(older), ask(newer)]


def test_the_operator_rotates_each_ring_by_its_name(cli: Cli, empty: Path) -> None:
    for ring in ("console", "links", "vault"):
        assert 0 == cli("keys", "rotate", ring).exit_code

    rings = [empty / "var/keys" / name for name in ("console", "links")]
    assert [2, 2] == [len(keys.load(ring)) for ring in rings]
