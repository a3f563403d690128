"""One month on the deployed databases and Redis, each process in its own role, by a clock to turn.

What the tasks do is done here a step at a time, with their own functions: the platform's tick, the
campaign side's tick, its workers, its feed of events, the tenants' pages and the staff's.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from redis import Redis

from campaigns import engine, erasure
from campaigns.sending import feedback, worker
from campaigns.sending.context import SendContext
from campaigns.sending.high_water_mark import in_redis
from campaigns.ses.rate_limiter import RedisRateLimiter
from checkin.databases import platform_is_current
from kit import aws
from kit.database import Database
from kit.settings import Settings
from links import keys, mail_links
from portal.app import create_app
from replies.vault import master_keys
from replies.vault.counting import opener
from reports import push
from reports.anchor import ReleaseAnchor
from reports.freeze import Desk, freeze_due
from sandbox.service import REPLY_TO, Sandbox
from tenants.complaints import letters as complaint_letters
from tenants.feed import unreached
from tenants.handover import mailing_list, suppression_outbox
from tenants.outbox import mailer
from tenants.outbox.mailer import OutboxMailer
from tests.console import months
from tests.console import site as consoles
from tests.console.site import ConsoleSite, SetClock
from tests.deploy.adversary import state
from tests.deploy.adversary.state import SavedState
from tests.deploy.sides import Sides
from tests.portal.site import PortalSite
from tests.support.sending import DIGEST_KEY
from tests.tenants.roster.rosters import line, load_lines

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

MONTH = "2031-12"
"""Far from the machine's own day, so that its times are told from the month's."""
SEND_AT = datetime(2031, 12, 1, 10, 0, tzinfo=UTC)
PORTAL = "https://portal.example.org"
ASSOCIATION = "Northfield Homes (example)"
TENANTS = 5
VICTIM, NEWCOMER = "T-003", "T-009"
"""The tenant in whom two months differ, and one who joins shortly before the hand-over."""
LEASE, GRACE, KEEP = timedelta(minutes=2), timedelta(hours=1), timedelta(days=90)
LEAD = timedelta(minutes=30)

Leak = Callable[["DeployedMonth"], None]
"""Tells the campaign side something of a month, as it should not."""


def address_of(ref: str) -> str:
    return f"{ref.lower().replace('t-', 'tenant-')}@example.org"


@dataclass
class PlatformsOwnSes:
    """The platform's letters; the campaign side's credentials do not reach this account."""

    sent: list[dict[str, Any]] = field(default_factory=list)

    def send_email(self, **request: Any) -> dict[str, str]:
        self.sent.append(request)
        return {"MessageId": f"letter-{len(self.sent)}"}


@dataclass
class RecordingQueue:
    """The campaign side's queue, and the body of each message that was received from it."""

    queue: Any = field(default_factory=aws.sqs)
    bodies: list[str] = field(default_factory=list)

    def receive_message(self, **request: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.queue.receive_message(**request)
        self.bodies += [message["Body"] for message in answer.get("Messages", [])]
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.queue, name)


@dataclass
class DeployedMonth:
    """Both sides as they run, and the clock that both go by."""

    sides: Sides
    folder: Path
    redis: dict[str, Redis]
    sandbox: Sandbox
    databases: Callable[[str], Database]
    clock: SetClock
    portal: Flask
    console: ConsoleSite
    ses: "SESV2Client" = field(default_factory=aws.ses_for_sending)
    queue: RecordingQueue = field(default_factory=RecordingQueue)
    letters: PlatformsOwnSes = field(default_factory=PlatformsOwnSes)
    links: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Each address that was handed over, and the paths of its reply link and its stop link."""
    leaks: list[Leak] = field(default_factory=list)
    """What is done besides after each of the platform's ticks."""

    @property
    def tenants_site(self) -> PortalSite:
        """The tenants' pages as other tests visit them."""
        portal = self.databases("platform_portal")
        return PortalSite(self.portal, portal, self.folder, self.clock.now)

    @property
    def link_keys(self) -> tuple[bytes, ...]:
        return keys.load(self.folder / "links")

    def note_links(self) -> None:
        """Remember the list that was just handed over, as the sender's database holds it."""
        listed = "SELECT address, reply_link, stop_link FROM deliveries"
        with self.sides["campaign"].superuser() as connection:
            for address, reply, stop in connection.execute(listed):
                self.links[address] = reply.removeprefix(PORTAL), stop.removeprefix(PORTAL)

    def tokens(self) -> dict[str, str]:
        """What each random token stands for: see `sight`."""
        owners = {
            path.rpartition("/")[2]: f"{kind} OF {address}"
            for address, paths in self.links.items()
            for kind, path in zip(("REPLY LINK", "STOP LINK"), paths, strict=True)
        }
        attempts = "SELECT DISTINCT attempt_id FROM deliveries WHERE attempt_id IS NOT NULL"
        with self.sides["campaign"].superuser() as connection:
            found = connection.execute(attempts).fetchall()
        return owners | {attempt: "ATTEMPT" for (attempt,) in found}

    def platform_ticks(self) -> None:
        """What the platform's tasks do, as its worker and through its door."""
        platform, door, now = (
            self.databases("platform"),
            self.databases("campaign_door"),
            self.clock.now,
        )
        mailing_list.publish_questions(door)
        links = mail_links.link_writer(self.link_keys, PORTAL)
        suppression_outbox.push(platform, door, links=links, now=now)
        mailing_list.hand_over(platform, door, links=links, now=now, lead=LEAD)
        freeze_due(self._desk(), now=now)
        push.push_releases(platform, door, now=now)
        unreached.note(platform, door, now=now)
        mailer.send_due(self._mailer(), clock=self.clock)
        complaint_letters.send_complaint_letters(self._mailer(), staff=None, clock=self.clock)
        for leak in self.leaks:
            leak(self)

    def campaign_ticks(self) -> None:
        """What the campaign side's tasks do: send what is due, and hear what SES says of it."""
        campaign = self.databases("campaign")
        periods = {"lease": LEASE, "grace": GRACE, "keep": KEEP}
        due = engine.tick(campaign, self.ses, clock=self.clock, **periods)
        erasure.erase_waiting(campaign, key=lambda: DIGEST_KEY, clock=self.clock)
        for campaign_id in due:
            worker.run(self._send_context(), campaign_id, seconds=60)
        queue_url = self.sandbox.environment["CHECKIN_SES_EVENTS_QUEUE_URL"]
        mark = in_redis(self.redis["campaign"], prefix="campaign:")
        while feedback.poll(campaign, self.queue, queue_url, mark=mark, clock=self.clock):  # type: ignore[arg-type]
            pass

    def tick(self) -> None:
        self.platform_ticks()
        self.campaign_ticks()

    def _send_context(self) -> SendContext:
        return SendContext(
            database=self.databases("campaign"),
            client=self.ses,
            rate_limiter=RedisRateLimiter(self.redis["campaign"], prefix="campaign:"),
            mark=in_redis(self.redis["campaign"], prefix="campaign:"),
            clock=self.clock,
            digest_key=lambda: DIGEST_KEY,
            sender="Check-in <check-in@example.org>",
            reply_to=REPLY_TO,
            configuration_set=self.sandbox.environment["CHECKIN_SES_CONFIGURATION_SET"],
            posts_at_once=1,
        )

    def _desk(self) -> Desk:
        return Desk(
            platform=self.databases("platform"),
            opener=partial(opener, str(self.folder / "vault")),
            anchor=ReleaseAnchor.at(self.folder / "releases"),
            published=partial(push.published, self.databases("campaign_door")),
        )

    def _mailer(self) -> OutboxMailer:
        return OutboxMailer(
            platform=self.databases("platform"),
            keys=lambda: self.link_keys,
            portal_url=PORTAL,
            sender="rent-flex <no-reply@example.org>",
            reply_to=REPLY_TO,
            connect=lambda: cast(Any, self.letters),
        )


def prepare(sides: Sides, folder: Path) -> SavedState:
    """A roster, staff and an approved month, each written in the role that writes it."""
    folder.mkdir()
    master_keys.create(folder / "vault")
    keys.create(folder / "links")
    with _signed_in(sides) as databases:
        refs = (f"T-{number:03}" for number in range(1, TENANTS + 1))
        load_lines(databases("platform_operator"), *(line(ref, address_of(ref)) for ref in refs))
        console = databases("campaign_console")
        ready = SEND_AT - timedelta(days=2)
        consoles.build(console, folder, ready)
        with databases("campaign_door").writing() as session:
            months.publish(session)
        with console.writing() as session:
            months.approved(session, MONTH, now=ready)
    return state.save(sides, folder)


@contextmanager
def begun(
    sides: Sides, saved: SavedState, folder: Path, redis: dict[str, Redis], sandbox: Sandbox
) -> Iterator[DeployedMonth]:
    """A month that begins from a copy of the saved state, an hour before it is sent."""
    state.put_back(sides, saved, folder)
    clock = SetClock(SEND_AT - timedelta(hours=1))
    with _signed_in(sides) as databases:
        yield DeployedMonth(
            sides=sides,
            folder=folder,
            redis=redis,
            sandbox=sandbox,
            databases=databases,
            clock=clock,
            portal=_portal(databases("platform_portal"), folder, clock),
            console=consoles.open_site(databases("campaign_console"), folder, clock),
        )


def _portal(platform: Database, folder: Path, clock: SetClock) -> Flask:
    chosen = Settings(
        link_keys_file=folder / "links", vault_keys=str(folder / "vault"), portal_url=PORTAL
    )
    return create_app(
        settings=chosen, platform=platform, is_current=platform_is_current, clock=clock
    )


@contextmanager
def _signed_in(sides: Sides) -> Iterator[Callable[[str], Database]]:
    """`databases("campaign_console")` is that role's database."""
    with ExitStack() as stack:
        opened: dict[str, Database] = {}

        def of(role: str) -> Database:
            if role not in opened:
                opened[role] = Database(sides[role.partition("_")[0]].url(role))
                stack.callback(opened[role].dispose)
            return opened[role]

        yield of
