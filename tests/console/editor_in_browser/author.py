"""An author at the editor in a real browser: opens it, types, and sees it saved."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.console.editing import WRITE
from tests.console.site import ConsoleSite


def opened(site: ConsoleSite, context: BrowserContext, email: str) -> Page:
    page = context.new_page()
    page.goto(site.link(email))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="The year").wait_for()
    page.goto(WRITE)
    return page


def wait_until_saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_contain_text("Saved")


def write(page: Page, words: str, box: str = "#closing") -> None:
    """Put the caret at the end of a box and type."""
    page.focus(box)
    page.keyboard.press("Control+End")
    page.keyboard.type(words)
