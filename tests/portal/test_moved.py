"""A tenant's address or association changes: what the old inbox and the old association still can.

The answer is nothing, from the same transaction on, whichever way the change came.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from links import keys
from tenants.api_tokens import Scope
from tenants.models import Letter
from tenants.outbox import letters, mailer
from tenants.outbox.letters import OPENING, Kind
from tenants.rights import fresh_links
from tenants.roster import upsert
from tenants.roster.rows import Row
from tests.api.client import ASSOCIATION, OTHER_ASSOCIATION, caller, reply
from tests.portal.reader import ADDRESS, Reader
from tests.portal.site import (
    A_FULL_REPLY,
    AFTER_CLOSING,
    NOTHING_CHANGED,
    SENT,
    PortalSite,
    carried,
)
from tests.tenants.roster.rosters import HEADER, load

NEW = "moved@example.org"
Move = Callable[..., None]


@pytest.fixture(params=["api", "roster"])
def move(request: pytest.FixtureRequest, site: PortalSite) -> Move:
    """Give T-001 another address or association, by the API or by a roster file."""

    def by_api(email: str = ADDRESS, association: str = ASSOCIATION) -> None:
        row = Row("T-001", email, association, "en", True, True)
        with site.platform.writing() as session:
            upsert.upsert(session, row, now=site.now, source="api")

    def by_roster(email: str = ADDRESS, association: str = ASSOCIATION) -> None:
        load(site.platform, f"{HEADER}\r\nT-001,{email},{association},en,yes,yes\r\n".encode())

    return by_api if request.param == "api" else by_roster


class OldInbox:
    """What whoever reads the old inbox holds from before the change, each tried by its name."""

    def __init__(self, site: PortalSite, tenant_id: int) -> None:
        self.site = site
        self.link, self.spent = site.new_link(tenant_id), site.new_link(tenant_id)
        self.sent = site.browser.post(site.reply_path(self.spent), data=SENT)
        self.paused = site.browser.post(site.stop_path(self.link), data={"choice": "pause"})
        self.page, self.waiting = Reader(site), Reader(site)
        self.page.ask()
        self.page.enter(self.page.code())
        self.waiting.ask()
        self.code = self.waiting.code()

    def link_answers(self) -> None:
        self.site.browser.post(self.site.reply_path(self.link), data=SENT)

    def link_shows_the_reply(self) -> None:
        shown = {"show": "yes", "contact": "letter"}
        self.site.browser.post(self.site.reply_path(self.link), data=SENT | shown)

    def link_stops(self) -> None:
        self.site.browser.post(self.site.stop_path(self.link), data={"choice": "stop"})

    def link_stops_with_one_click(self) -> None:
        one_click = {"List-Unsubscribe": "One-Click"}
        self.site.browser.post(self.site.stop_path(self.spent), data=one_click)

    def link_undoes_a_pause(self) -> None:
        self.site.browser.post(self.site.stop_path(self.link), data=carried(self.paused))

    def link_deletes_what_was_sent(self) -> None:
        undo = carried(self.sent) | {"do": "delete"}
        self.site.browser.post(self.site.reply_path(self.spent), data=undo)

    def link_asks_for_another(self) -> None:
        for link in (self.link, self.spent):
            with self.site.platform.writing() as session:
                fresh_links.request_link(session, link_id=link, now=self.site.now)

    def code_opens(self) -> None:
        self.waiting.enter(self.code)

    def open_page_reads(self) -> None:
        assert ADDRESS not in self.page.press("json").text

    def open_page_stops(self) -> None:
        self.page.press("stop")

    def open_page_erases(self) -> None:
        self.page.press("erase", sure="yes", asked="1")

    def address_asks_for_a_code(self) -> None:
        Reader(self.site).ask(ADDRESS)


POWERS = [name for name in vars(OldInbox) if not name.startswith("_")]
HELD = [name for name in POWERS if name.startswith("link_")]


def _standing(site: PortalSite, *but: str) -> dict[str, list[str]]:
    """All rows, but for the data sessions that an address on no roster opens, too."""
    return {name: rows for name, rows in site.every_row().items() if name not in ("visits", *but)}


@pytest.mark.parametrize("power", [name for name in POWERS if name not in HELD])
def test_the_old_inbox_has_lost_its_power(
    site: PortalSite, tenant_id: int, move: Move, power: str
) -> None:
    inbox = OldInbox(site, tenant_id)
    move(email=NEW)
    before = _standing(site)

    getattr(inbox, power)()

    assert before == _standing(site)


@pytest.mark.parametrize("power", HELD)
def test_an_old_link_only_has_the_tenant_written_to(
    site: PortalSite, tenant_id: int, move: Move, power: str
) -> None:
    """The page is the same as ever, and the letter that says so goes to the new inbox."""
    inbox = OldInbox(site, tenant_id)
    move(email=NEW)
    before, links = _standing(site, "letters", "links"), site.every_row()["links"]

    getattr(inbox, power)()

    assert before == _standing(site, "letters", "links")
    assert set(links) <= set(site.every_row()["links"])
    with site.platform.writing() as session:
        due = letters.claim(session, now=site.now)
        assert due is None or NEW == due.address


def test_who_answers_by_an_old_link_is_told_and_can_answer_again(
    site: PortalSite, tenant_id: int, move: Move
) -> None:
    link = site.new_link(tenant_id)
    move(email=NEW)
    site.browser.post(site.reply_path(link), data=NOTHING_CHANGED)
    with site.platform.writing() as session:
        due = letters.claim(session, now=site.now)

    assert due is not None
    assert (Kind.EARLIER_ADDRESS, NEW) == (due.kind, due.address)
    text = mailer.text_of(due, keys=keys.load(site.folder / "links"), portal_url="")
    fresh = bytes.fromhex(due.details["link_id"])
    assert site.stop_path(fresh) in text
    assert site.reply_path(fresh) in text
    site.browser.post(site.reply_path(fresh), data=SENT)
    assert [A_FULL_REPLY] == site.answers_of(tenant_id)


def test_a_letter_about_a_month_that_has_closed_offers_no_form(
    site: PortalSite, tenant_id: int, move: Move
) -> None:
    link = site.new_link(tenant_id)
    move(email=NEW)
    site.now = AFTER_CLOSING
    site.browser.post(site.stop_path(link), data={"choice": "stop"})
    with site.platform.writing() as session:
        due = letters.claim(session, now=site.now)

    assert due is not None
    text = mailer.text_of(due, keys=keys.load(site.folder / "links"), portal_url="")
    fresh = bytes.fromhex(due.details["link_id"])
    assert (site.stop_path(fresh) in text, site.reply_path(fresh) in text) == (True, False)


@pytest.mark.parametrize("power", POWERS)
def test_before_the_change_each_of_them_had_one(
    site: PortalSite, tenant_id: int, power: str
) -> None:
    inbox = OldInbox(site, tenant_id)
    before = site.every_row()
    if power == "open_page_reads":
        assert ADDRESS in inbox.page.press("json").text
        return

    getattr(inbox, power)()

    assert before != site.every_row()


def test_no_letter_that_opens_something_goes_to_the_new_inbox(
    site: PortalSite, tenant_id: int, move: Move
) -> None:
    inbox = OldInbox(site, tenant_id)
    inbox.link_asks_for_another()
    move(email=NEW)

    with site.platform.reading() as session:
        assert [] == session.scalars(select(Letter).where(Letter.kind.in_(OPENING))).all()


def test_the_new_inbox_opens_the_page(site: PortalSite, tenant_id: int, move: Move) -> None:
    OldInbox(site, tenant_id)
    move(email=NEW)
    fresh = Reader(site)
    fresh.ask(NEW)

    assert 200 == fresh.enter(fresh.code()).status_code
    assert NEW in fresh.press("json").text


def test_the_old_association_reads_no_longer_what_was_submitted_to_it(
    site: PortalSite, move: Move
) -> None:
    reply(site, show_to=ASSOCIATION)
    old = caller(site, Scope.SUBMITTED_READ, association=ASSOCIATION)
    new = caller(site, Scope.SUBMITTED_READ, association=OTHER_ASSOCIATION)
    assert 1 == len(old.get("/submitted")["items"])

    move(association=OTHER_ASSOCIATION)

    assert [[], []] == [each.get("/submitted")["items"] for each in (old, new)]


def test_what_did_not_change_keeps_links_pages_and_submissions(
    site: PortalSite, tenant_id: int, move: Move
) -> None:
    inbox = OldInbox(site, tenant_id)
    move()
    before = _standing(site)

    inbox.link_answers()

    assert before != _standing(site)
    assert [A_FULL_REPLY] == site.answers_of(tenant_id)
    assert ADDRESS in inbox.page.press("json").text
