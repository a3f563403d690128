"""A whole month in a real browser: written by one, approved by another, sent and watched."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from campaigns import audit
from campaigns.models import CampaignState
from kit.database import Database
from sandbox.account import NO_LIMIT, AccountLimits
from sandbox.service import Sandbox
from tests.browser.chromium import PATIENCE
from tests.console import months
from tests.console.sending import Works
from tests.console.site import APPROVER, AUTHOR, ConsoleSite

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]

MONTH, PAGE = "2026-12", "/campaigns/2026-12"
SUBJECT = "Has your work changed before the holidays?"
SIZE, BATCH = 120, 50
ACCOUNT = AccountLimits(max_send_rate=5_000, max_24_hour_send=NO_LIMIT)


@pytest.fixture
def now() -> datetime:
    """Twenty minutes before the month is to go."""
    return datetime(2026, 12, 1, 9, 40, tzinfo=UTC)


@pytest.fixture
def works(
    site: ConsoleSite, platform_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Works]:
    with Sandbox(limits=ACCOUNT, event_delay=0, inbox=None) as stand_in:
        for name, value in stand_in.environment.items():
            monkeypatch.setenv(name, value)
        yield Works(site, platform_db, stand_in, tmp_path)


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def _sign_in(site: ConsoleSite, page: Page, email: str) -> None:
    page.context.clear_cookies()
    page.goto(site.link(email))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="The year")).to_be_visible()


def _write(page: Page) -> None:
    """Last month's text is there already; a mistake is named and put right."""
    page.get_by_role("link", name="Write December 2026").click()
    page.get_by_label("Subject", exact=True).fill(SUBJECT)
    closing = page.get_by_role("textbox", name="Closing")
    right = closing.input_value()
    closing.fill("Thank you, {{ first_name }}.")
    page.get_by_role("button", name="Ready for approval").click()
    expect(page.get_by_role("alert")).to_contain_text("Not ready for approval yet")
    page.get_by_role("textbox", name="Closing").fill(right)
    page.get_by_role("button", name="Dark", exact=True).click()
    preview = page.frame_locator('iframe[name="preview"]')
    expect(preview.get_by_role("heading", name=SUBJECT)).to_be_visible()
    page.get_by_role("button", name="Ready for approval").click()
    expect(page.get_by_text("Saved, and nothing stands in the way")).to_be_visible()


def _share(page: Page) -> None:
    page.get_by_role("button", name="Send me a test").click()
    expect(page.get_by_text("A test is on its way")).to_be_visible()
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text(f"Asked {APPROVER} by email.")).to_be_visible()


def _act(page: Page, label: str, button: str, done: str) -> None:
    """Press an action of the month, and its button on the page that asks."""
    page.goto(PAGE)
    page.get_by_role("link", name=label, exact=True).click()
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text(done)).to_be_visible()


def _tally(page: Page) -> str:
    return page.locator(".tally").inner_text()


def test_a_month_goes_out_from_the_first_draft_to_the_last_email(
    site: ConsoleSite, works: Works, context: BrowserContext
) -> None:
    with site.campaign.writing() as session:
        earlier = site.clock.now - timedelta(days=29)
        months.in_state(session, "2026-11", CampaignState.SENT, now=earlier)
    works.enrol(SIZE)
    works.tick()
    page = context.new_page()

    _sign_in(site, page, AUTHOR)
    _write(page)
    _share(page)
    test, asked = (letter for _, letter in site.letters.kept[-2:])
    assert f"TEST: {SUBJECT}" == test.subject
    assert PAGE in asked.text

    _sign_in(site, page, APPROVER)
    _act(page, "Approve…", "Approve", "Approved. It goes by itself.")

    site.clock.pass_(minutes=25)
    works.hand_over()
    works.tick()
    works.before_each_batch = lambda number: (
        _act(page, "Pause…", "Pause the sending", "Paused. Nothing more goes out")
        if number == 2
        else None
    )
    for _ in range(2):
        works.send()
        page.reload()
        assert f"{BATCH} of {SIZE} settled" == _tally(page)
        works.tick()

    _act(page, "Resume…", "Resume the sending", "Resumed.")
    expect(page.get_by_text("Updates by itself.")).to_be_visible()
    works.tick()
    works.send()
    works.hear()
    expect(page.locator(".tally")).to_have_text(f"{SIZE} of {SIZE} settled")
    works.tick()
    expect(page.locator("h1 .badge")).to_have_text("Sent")

    assert SIZE == len({mail.to for mail in works.stand_in.acceptance.mailbox.since(0, SIZE + 1)})
    with site.campaign.reading() as session:
        done = [row.action for row in reversed(audit.entries(session, month=MONTH, limit=None))]
    assert [
        *("draft opened", "draft saved", "test sent", "approval asked", "approved", "handed over"),
        *("campaign sending", "campaign paused", "campaign sending", "campaign sent"),
    ] == done
