"""Each test has a platform side of its own."""

from pathlib import Path

import pytest

from kit.database import Database
from tests.support import reports as worlds
from tests.support.reports import ReportsWorld


@pytest.fixture
def world(platform_db: Database, tmp_path: Path) -> ReportsWorld:
    return worlds.build(platform_db, tmp_path)
