"""Look at a month from everywhere that the campaign side can look from, and press every link."""

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from werkzeug.test import TestResponse

from sandbox.mail import AcceptedMail
from tests.chaos.processes import wait_until
from tests.console.site import ADMIN, APPROVER
from tests.deploy.adversary.month import MONTH, NEWCOMER, VICTIM, DeployedMonth, address_of
from tests.deploy.adversary.sight import Sight
from tests.deploy.looking import VIEWS
from tests.deploy.probes import TABLES
from tests.deploy.sides import ROLES
from tests.portal.site import A_FULL_REPLY, NOTHING_CHANGED, SENT, PhoneBrowser, carried

MAILS_MAX = 1_000
EVERY_ROW = "SELECT each::text FROM {} AS each"
ROWS = {
    "sign_ins": "SELECT count(*)::text FROM sign_ins",
    "tallies": """
        SELECT (campaign_id, kind, state, cause, sum(number))::text FROM tallies
         GROUP BY campaign_id, kind, state, cause""",
}
"""The staff's sign-ins have random ids, and a tally is in parts, by the server's process."""
KINDS = ("bounce", "complaint", "manual", "do_not_mail")
PAGES = (
    *("/", f"/campaigns/{MONTH}", f"/campaigns/{MONTH}/bounces", "/audit", "/audit.csv"),
    *(f"/suppressions?kind={kind}" for kind in KINDS),
    *("/reports", f"/reports/{MONTH}", "/series", "/readyz"),
)
PRESSED = (VICTIM, NEWCOMER, "T-001")
Press = tuple[str, Callable[[], TestResponse]]
Fields = dict[str, Any]
ON_REPLY: dict[str, Fields] = {
    "answers the first question": {"changed": "yes", "step": "changed", "go": "on"},
    "checks the answers": {**A_FULL_REPLY, "step": "support", "go": "on"},
    "sends that nothing changed": NOTHING_CHANGED,
    "sends a full reply": SENT,
    "shows it": {**SENT, "show": "yes", "contact": ["text"]},
    "asks for a fresh link": {"ask": "fresh-link", "by-email": "yes"},
}
ON_STOP: dict[str, Fields] = {
    "chooses nothing": {},
    "keeps the emails": {"choice": "keep"},
    "leaves the totals": {"choice": "object"},
}
KEYS = ("checkin:pace", "checkin:high-water-mark", "campaign", "unacked")
CHANCE = ("checkin:pace",)
"""What holds a time of Redis's own: only whether it is there is compared."""
INFO = ("keyspace", "commandstats", "errorstats")


def look(month: DeployedMonth, sight: Sight, when: str) -> None:
    """Everything that can be seen without pressing a link."""
    for place, text in _places(month):
        sight.note(f"{place} ({when})", text)


def press_links(month: DeployedMonth, sight: Sight, when: str) -> None:
    """Do what whoever holds the mails can do with the links of the victim and of somebody else.

    Each is done twice. The links of everybody else are opened.
    """
    for address, (reply, stop) in sorted(month.links.items()):
        pressed = address in map(address_of, PRESSED)
        for name, answer in _presses(month, reply, stop, also_posts=pressed):
            place = f"{name} of {address} ({when})"
            for time_ in ("once", "again"):
                began = time.perf_counter()
                response = answer()
                sight.took(place, time.perf_counter() - began)
                sight.note(f"{place} {time_}", _whole(response))


def open_links(month: DeployedMonth, sight: Sight, when: str) -> None:
    for address, (reply, stop) in sorted(month.links.items()):
        for name, answer in _presses(month, reply, stop, also_posts=False):
            sight.note(f"{name} of {address} ({when})", _whole(answer()))


def press_stop(month: DeployedMonth, sight: Sight, when: str) -> None:
    """Stop everybody by their links, as a mail program does: the last that the sender can try."""
    browser = PhoneBrowser(month.portal, use_cookies=False)
    for address, (_reply, stop) in sorted(month.links.items()):
        answer = browser.post(stop, data={"List-Unsubscribe": "One-Click"})
        sight.note(f"stop of {address} ({when})", _whole(answer))


def _presses(month: DeployedMonth, reply: str, stop: str, *, also_posts: bool) -> Iterator[Press]:
    browser = PhoneBrowser(month.portal, use_cookies=False)
    for path in (reply, f"/cy{reply}", stop):
        kind = path.rpartition("/")[0]
        yield f"GET {kind}", partial(browser.get, path)
        yield f"HEAD {kind}", partial(browser.head, path)
    if also_posts:
        for name, fields in ON_REPLY.items():
            yield name, partial(browser.post, reply, data=fields)
        yield "takes it back", lambda: browser.post(reply, data=_undoing(browser, reply))
        for name, fields in ON_STOP.items():
            yield name, partial(browser.post, stop, data=fields)


def _undoing(browser: Any, reply: str) -> Fields:
    return carried(browser.post(reply, data=NOTHING_CHANGED)) | {"do": "delete"}


def _whole(response: TestResponse) -> str:
    """Status, headers, size and bytes, of what led there too."""
    return "\n".join(map(_single, (*response.history, response)))


def _single(response: TestResponse) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(response.headers))
    return f"{response.status}\n{headers}\n{len(response.data)} bytes\n{response.text}"


def _places(month: DeployedMonth) -> Iterator[tuple[str, str]]:
    yield from _rows(month)
    yield from _statistics(month)
    yield from _pages(month)
    yield from _redis(month)
    yield "SES's log", "\n\n".join(map(_mail, month.sandbox.acceptance.mailbox.since(0, MAILS_MAX)))
    yield "the queue of events", "\n".join(sorted(month.queue.bodies))


def _rows(month: DeployedMonth) -> Iterator[tuple[str, str]]:
    """A dump of the campaign database: whoever runs its server may read all of it."""
    with month.sides["campaign"].superuser() as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        for table in sorted({name for name, _column in connection.execute(TABLES)}):
            query = ROWS.get(table, EVERY_ROW.format(table))
            rows = [row for (row,) in connection.execute(query.encode())]
            yield f"table {table}", "\n".join(rows)


def _statistics(month: DeployedMonth) -> Iterator[tuple[str, str]]:
    """What the server counts: a row that came and went left its trace there.

    But for its estimate of live rows: a deletion that is reported before the insertion, as
    sessions happen to report, is lost to it, for the estimate never goes below nothing.
    """
    for role in ROLES["campaign"]:
        month.databases(role).dispose()
    query = VIEWS["rows written"].replace("WHERE", "WHERE relname <> 'tallies' AND")
    query = query.replace("n_live_tup, ", "")
    with month.sides["campaign"].superuser() as connection:
        seen = [""]

        def is_still() -> bool:
            connection.execute("SELECT pg_stat_clear_snapshot()")
            seen.append(repr(connection.execute(query.encode()).fetchall()))
            return seen[-1] == seen[-2]

        wait_until(is_still, "quiet")
        yield "statistics", seen[-1].replace("), (", "),\n(")


def _pages(month: DeployedMonth) -> Iterator[tuple[str, str]]:
    """The console as an approver sees it, and the list of the staff."""
    visitor = month.console.signed_in(APPROVER)
    pages = {path: visitor.get(path) for path in PAGES}
    pages["/staff"] = month.console.signed_in(ADMIN).get("/staff")
    for ref in (VICTIM, NEWCOMER):
        pages[f"search of {ref}"] = visitor.post(
            "/suppressions/search", form_at="/suppressions", address=address_of(ref)
        )
    for path, page in pages.items():
        yield f"console {path}", f"{page.status}\n{page.text}"


def _redis(month: DeployedMonth) -> Iterator[tuple[str, str]]:
    """The values of the keys that the campaign side knows, and what INFO tells its user."""
    session = month.redis["campaign"]
    for key in KEYS:
        name = f"campaign:{key}"
        yield f"redis {name}", str(session.exists(name) if key in CHANCE else session.get(name))
    for section in INFO:
        yield f"redis INFO {section}", _calls(session.info(section))


def _calls(found: Any) -> str:
    """The numbers of keys and calls, without how long they took or live."""
    kept = {
        name: {each: number for each, number in value.items() if each in ("calls", "keys", "count")}
        for name, value in found.items()
    }
    return json.dumps(kept, indent=1, sort_keys=True)


def _mail(mail: AcceptedMail) -> str:
    parts = (mail.source, mail.to, mail.reply_to, mail.headers, mail.tags, mail.outcome)
    return "\n".join((*map(str, parts), mail.subject, mail.text, mail.html))
