"""The author's editor, open in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import PATIENCE
from tests.console.editing import begin
from tests.console.editor_in_browser.author import opened
from tests.console.site import AUTHOR, ConsoleSite


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(site: ConsoleSite, context: BrowserContext) -> Page:
    """The author's editor."""
    begin(site)
    return opened(site, context, AUTHOR)
