"""The portal on both databases, with one tenant and their link."""

from pathlib import Path

import pytest

from kit.database import Database
from replies import intake
from replies.vault.sealing import open_vault
from tests.portal.reader import Reader
from tests.portal.site import A_FULL_REPLY, PortalSite, build


@pytest.fixture
def site(platform_db: Database, tmp_path: Path) -> PortalSite:
    return build(platform_db, tmp_path / "keys")


@pytest.fixture
def tenant_id(site: PortalSite) -> int:
    return site.new_tenant()


@pytest.fixture
def link_id(site: PortalSite, tenant_id: int) -> bytes:
    return site.new_link(tenant_id)


@pytest.fixture
def reader(site: PortalSite, tenant_id: int, link_id: bytes) -> Reader:
    """A reader of T-001's inbox, whose reply is there."""
    with site.platform.writing() as session:
        intake.submit(
            session,
            open_vault(str(site.folder / "vault")),
            link_id=link_id,
            answers=dict(A_FULL_REPLY),
            today=site.now.date(),
            show_to="Northfield Homes (example)",
        )
    return Reader(site)


@pytest.fixture
def inside(reader: Reader) -> Reader:
    reader.ask()
    assert 200 == reader.enter(reader.code()).status_code
    return reader
