"""A console for each test, on both databases, and a browser for a module's tests."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kit.database import Database
from tests.browser.chromium import chromium, serving
from tests.console import site as sites
from tests.console.site import ConsoleSite


@pytest.fixture
def site(campaign_db: Database, tmp_path: Path, now: datetime) -> ConsoleSite:
    return sites.build(campaign_db, tmp_path, now)


@pytest.fixture
def address(site: ConsoleSite) -> Iterator[str]:
    """Where a browser finds the console."""
    with serving(site.app) as listening:
        yield listening


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started
