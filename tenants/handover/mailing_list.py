"""Hand a month's mailing list over to the campaign side: an address and two signed links each.

Each step is committed on its own, so a crash may come after any of them. The links of a chunk are
committed here before the chunk is pushed, and the campaign side stores the rows and the cursor in
one transaction. So a resumed hand-over finds the same link ids, and each address arrives exactly
once.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Integer, bindparam, case, func, select
from sqlalchemy.orm import Session

from campaigns import handover as door
from kit.clock import london_day
from kit.database import Database
from kit.errors import Refused
from kit.log import get_logger
from links import ledger
from links.mail_links import LinkWriter
from replies.form import rounds
from replies.form.catalogue import CATALOGUE
from replies.form.schema import Question
from tenants.eligibility import eligible, held_back
from tenants.handover import address_changes, mailed, suppression_outbox
from tenants.models import Tenant

CHUNK = 10_000
REPLY_DAYS = 28
"""How many days after its send a month accepts replies: until about the next month's email."""

log = get_logger(__name__)

Recipients = dict[str, int]
"""Addresses in order, each with its tenancy."""

Chunk = dict[str, bytes]
"""Addresses in order, each with the id of its link."""


def hand_over(
    platform: Database,
    campaign: Database,
    *,
    links: LinkWriter,
    now: datetime,
    lead: timedelta,
    chunk: int = CHUNK,
) -> list[str]:
    """Hand over every month that is due within `lead`; returns the months that were completed.

    `links` writes those of a mail (`links.mail_links.link_writer`). A month that was cancelled or
    lost its approval meanwhile, or that another process is handing over, is skipped.
    """
    with campaign.reading() as session:
        due = door.wanted(session, now=now, lead=lead)
    finished = []
    for wanted in due:
        crossing = _Crossing(platform, campaign, wanted, links, now, chunk)
        try:
            audience = crossing.complete()
        except Refused:
            log.warning("hand-over stopped", month=wanted.month)
        else:
            log.info("handed over", month=wanted.month, audience=audience)
            finished.append(wanted.month)
    return finished


def publish_questions(campaign: Database) -> bool:
    """Publish the questions that staff may choose; True if the catalogue had changed."""
    with campaign.writing() as session:
        return door.publish_questions(session, [_published(question) for question in CATALOGUE])


@dataclass(frozen=True, slots=True)
class _Crossing:
    """The hand-over of one month."""

    platform: Database
    campaign: Database
    wanted: door.Wanted
    links: LinkWriter
    now: datetime
    chunk: int

    def complete(self) -> int:
        """Push what is missing, then freeze the list; returns its size.

        While one chunk is pushed to one database, the other issues the links of the next.
        Suppressions are pushed before the freeze, and nothing is sent before it, so that anybody
        who stopped during the hand-over is skipped.
        """
        cursor = self._begin()
        with ThreadPoolExecutor(max_workers=1) as ahead:
            minted = ahead.submit(self._mint, cursor)
            while chunk := minted.result():
                reached = next(reversed(chunk))
                minted = ahead.submit(self._mint, reached)
                self._push(chunk, cursor, reached)
                cursor = reached
        self._push_late()
        with self.platform.writing() as session:
            mailed.fix(session, self.wanted.month)
        suppression_outbox.push(
            self.platform, self.campaign, links=self.links, now=self.now, ends_handover=True
        )
        with self.campaign.writing() as session:
            return door.freeze_list(session, self.wanted.month, now=self.now)

    def _begin(self) -> str:
        with self.platform.writing() as session:
            rounds.open_round(
                session,
                month=self.wanted.month,
                questions=self.wanted.questions,
                opened_on=london_day(self.now),
                closes_on=self._closes_on(),
                sent=rounds.Sent(
                    on=london_day(self.wanted.send_at),
                    subject=self.wanted.subject,
                    last_check_in=self.wanted.last_check_in,
                ),
            )
        with self.campaign.writing() as session:
            return door.begin_list(session, self.wanted.month)

    def _mint(self, after: str) -> Chunk:
        """Return the next chunk, its links committed on this side."""
        today = london_day(self.now)
        with self.platform.reading() as session:
            found = recipients(session, after=after, today=today, limit=self.chunk)
        return self._linked(found)

    def _linked(self, found: Recipients) -> Chunk:
        """Return each address with its tenancy's link, committed on this side."""
        with self.platform.writing() as session:
            links = ledger.issue_monthly(
                session,
                tenant_ids=list(found.values()),
                month=self.wanted.month,
                issued_on=london_day(self.now),
                expires_on=self._closes_on(),
            )
        return {address: links[tenant_id] for address, tenant_id in found.items()}

    def _push_late(self) -> None:
        """Add tenants whose new address sorts before the cursor.

        If their old address is on the list, that row gets the new address instead.
        """
        with self.platform.reading() as session:
            marks = address_changes.waiting_changes(session)
            found = address_changes.moved_recipients(session, marks, now=self.now)
        chunk = self._linked(found)
        with self.platform.reading() as session:
            changes = address_changes.changes(session, marks, links=self.links, now=self.now)
        with self.campaign.writing() as session:
            door.readdress(session, changes)
            door.add_late(session, self.wanted.month, list(self._rows(chunk)))

    def _push(self, chunk: Chunk, cursor: str, reached: str) -> None:
        month, rows = self.wanted.month, self._rows(chunk)
        with self.campaign.writing() as session:
            door.push_rows(session, month, rows, previous_cursor=cursor, cursor=reached)

    def _rows(self, chunk: Chunk) -> Iterator[door.Row]:
        for address, link in chunk.items():
            yield address, *self.links(link)

    def _closes_on(self) -> date:
        return london_day(self.wanted.send_at) + timedelta(days=REPLY_DAYS)


def recipients(session: Session, *, after: str, today: date, limit: int) -> Recipients:
    """Return the next addresses to mail, in order, each with its oldest tenancy.

    An address that several tenancies share is left out if one of them is held back. There may be
    fewer than `limit`; none only at the end.
    """
    while True:
        last = _page_end(session, after, limit)
        found = _eligible(session, after, last, today)
        if found or last is None:
            return found
        after = last


def _page_end(session: Session, after: str, size: int) -> str | None:
    """Return the address `size` tenancies on, or None if fewer are left.

    A page that ends at a known address is read through the index. For one that ends after a number
    of matches, PostgreSQL may sort the rest of the roster for each page.
    """
    on = select(Tenant.email).where(Tenant.email > after).order_by(Tenant.email)
    place = bindparam("place", size - 1, Integer, literal_execute=True)
    one = bindparam("one", 1, Integer, literal_execute=True)
    return session.scalar(on.offset(place).limit(one))


def _eligible(session: Session, after: str, last: str | None, today: date) -> Recipients:
    chosen = func.min(case((eligible(today), Tenant.id)))
    closed = func.max(case((held_back(today), 1), else_=0))
    page = select(Tenant.email, chosen).where(Tenant.email > after)
    if last is not None:
        page = page.where(Tenant.email <= last)
    page = page.group_by(Tenant.email).having(chosen.is_not(None), closed == 0)
    return dict(session.execute(page.order_by(Tenant.email)).all())


def _published(question: Question) -> door.PublishedQuestion:
    """Return a question as staff see it, with a preview of what tenants will see."""
    return door.PublishedQuestion(
        key=question.key,
        version=question.version,
        title=question.title,
        preview={
            "hint": question.hint,
            "options": [option.label for option in question.options],
            "many": question.many,
            "follow_ups": [
                {"title": follow.title, "options": [option.label for option in follow.options]}
                for follow in question.follow_ups
            ],
        },
    )
