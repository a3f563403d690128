"""People on both databases."""

from pathlib import Path

import pytest

from kit.database import Database
from tests.support.tenants import People, build


@pytest.fixture
def people(platform_db: Database, tmp_path: Path) -> People:
    return build(platform_db, tmp_path / "keys")
