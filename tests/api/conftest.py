"""The portal's process with the API in it, and callers."""

from pathlib import Path

import pytest

from kit.database import Database
from tenants.api_tokens import Scope
from tests.api.client import Caller, caller
from tests.portal.site import PortalSite, build


@pytest.fixture
def site(platform_db: Database, tmp_path: Path) -> PortalSite:
    return build(platform_db, tmp_path / "keys")


@pytest.fixture
def platform(site: PortalSite) -> Caller:
    """The platform's own service, which may do all but read an association's replies."""
    own = (Scope.TENANTS_READ, Scope.TENANTS_WRITE, Scope.REPLIES_READ, Scope.CHANGES_READ)
    return caller(site, *own)
