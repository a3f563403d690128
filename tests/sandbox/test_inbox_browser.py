"""The inbox in a real browser: the mail's button opens a tab of its own."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser

from sandbox.service import Sandbox
from tests.browser.chromium import chromium
from tests.sandbox.requests import TEMPLATE, bulk, entry

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

pytestmark = pytest.mark.browser


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 844), (1280, 900)])
def test_a_newcomer_finds_the_mail_and_presses_its_button(
    ses: "SESV2Client", sandbox: Sandbox, browser: Browser, width: int, height: int
) -> None:
    content = {**TEMPLATE, "Html": f"<a href='{sandbox.inbox_url}/healthz'>{{{{reply_link}}}}</a>"}
    ses.send_bulk_email(**bulk(entry(), DefaultContent={"Template": {"TemplateContent": content}}))
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(sandbox.inbox_url)
    with page.expect_navigation():
        page.get_by_role("link", name="tenant-001@example.org").click()
    for view in ("Desktop", "Plain text", "Headers", "Source", "Phone"):
        with page.expect_navigation():
            page.get_by_role("link", name=view, exact=True).click()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    with context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link").click()
    opened.value.wait_for_load_state()
    assert opened.value.url == f"{sandbox.inbox_url}/healthz"
    assert opened.value.evaluate("document.referrer") == ""
    assert complaints == []
    context.close()
