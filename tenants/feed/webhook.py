"""Tell the platform of changes by calling it, in the order of the feed; never anything of a reply.

A call carries a page of `GET /changes`. A page without a 2xx response is retried with growing
pauses, and no later page is sent before it. The receiver may get a page twice, and recognises it by
its `webhook-id`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import urllib3
from sqlalchemy.orm import Session

from kit.clock import Clock
from kit.database import Database
from kit.log import get_logger
from tenants.feed import signatures
from tenants.models import Webhook
from tenants.rights import evidence

PAGE = 100
PAGES_AT_ONCE = 20
LEASE = timedelta(minutes=2)
SECONDS = urllib3.Timeout(connect=5, read=10)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
TROUBLE_MAX = 64

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where the platform is called, the keys that sign, and those that open a sealed reference."""

    url: str
    keys: Sequence[bytes]
    reference_keys: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class _Page:
    cursor: int
    next: int
    items: list[dict[str, str]]
    has_more: bool

    @property
    def name(self) -> str:
        """The page's `webhook-id`, the same for each retry."""
        return f"changes-{self.cursor}-{self.next}"

    def body(self) -> bytes:
        told = {"next": str(self.next), "has_more": self.has_more, "items": self.items}
        return json.dumps(told, separators=(",", ":")).encode()


def call(platform: Database, receiver: Receiver, *, clock: Clock) -> int:
    """Send the pages that are due; returns how many were taken. Called outside transactions."""
    with urllib3.PoolManager(retries=False, timeout=SECONDS) as http:
        for taken in range(PAGES_AT_ONCE):
            with platform.writing() as session:
                page = _claim(session, receiver.reference_keys, now=clock())
            if page is None:
                return taken
            trouble = _post(http, receiver, page, now=clock())
            with platform.writing() as session:
                _settle(session, page, trouble, now=clock())
            if trouble is not None:
                log.warning("webhook not taken", page=page.name, error=trouble)
                return taken
    return PAGES_AT_ONCE


def standing(session: Session) -> Webhook | None:
    """The state of the webhook; None if it was never called."""
    return session.get(Webhook, 1)


def _claim(session: Session, reference_keys: Sequence[bytes], *, now: datetime) -> _Page | None:
    """Claim the page that is due, for as long as a call may take; None if there is none."""
    row = session.get(Webhook, 1, with_for_update=True)
    if row is None:
        row = Webhook(due_at=now)
        session.add(row)
        session.flush()
    entries = evidence.entries_after(session, row.cursor, limit=PAGE + 1)
    if not entries or row.due_at > now:
        return None
    row.due_at = now + LEASE
    told, more = entries[:PAGE], entries[PAGE:]
    shown = [evidence.told(entry, reference_keys) for entry in told]
    return _Page(row.cursor, told[-1].id, shown, has_more=bool(more))


def _post(
    http: urllib3.PoolManager, receiver: Receiver, page: _Page, *, now: datetime
) -> str | None:
    """Send a page; returns what went wrong. A redirect is not followed."""
    body = page.body()
    headers = signatures.headers(receiver.keys, page.name, body, now=now)
    headers["Content-Type"] = "application/json"
    try:
        answer = http.request("POST", receiver.url, body=body, headers=headers, redirect=False)
    except urllib3.exceptions.HTTPError as error:
        return type(error).__name__
    return None if 200 <= answer.status < 300 else f"HTTP {answer.status}"


def _settle(session: Session, page: _Page, trouble: str | None, *, now: datetime) -> None:
    row = session.get_one(Webhook, 1, with_for_update=True)
    if row.cursor != page.cursor:
        return
    if trouble is None:
        row.cursor, row.due_at, row.failures, row.trouble = page.next, now, 0, None
        return
    row.failures, row.trouble = row.failures + 1, trouble[:TROUBLE_MAX]
    row.due_at = now + min(FIRST_WAIT * 2 ** min(row.failures - 1, 16), LONGEST_WAIT)
