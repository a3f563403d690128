"""Run the demo: send one month, show its progress, and keep its three pages open."""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaigns.watching import progress
from checkin import databases, key_rings, servers
from checkin.demo import month, past, stage
from checkin.demo.engine import Engine
from checkin.demo.month import Material
from checkin.demo.screen import ProgressObserver, Screen
from checkin.demo.stage import Ports
from checkin.servers import Address
from console import sign_in
from kit import log, settings
from kit.clock import utc_now
from kit.database import Database
from kit.ports import HOST
from kit.settings import Settings
from kit.web_server import Server
from links import keys
from replies.vault.sealing import open_vault
from sandbox.account import NO_LIMIT, AccountLimits
from sandbox.outcomes import DELIVERED
from sandbox.service import EVENT_DELAY, Sandbox

SEND_RATE = 500.0
FAST_SEND_RATE = 5_000.0
GLANCE_SECONDS = 0.1
STUCK_SECONDS = 60.0
LEAVE_SECONDS = 5.0
LETTERS_MAX = 50
"""More emails than staff can have received before the first tenant's."""
ENDED = {"sent", "cancelled", "missed"}

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo."""

    settings: Settings
    campaign: Database
    platform: Database
    sandbox: Sandbox
    ports: Ports

    def show(self, month: str) -> Shown:
        with self.campaign.reading() as session:
            return progress.show(session, month)

    def first_mail(self) -> int:
        """The inbox number of the first mail to a tenant; staff's reminders may come before it."""
        mails = self.sandbox.acceptance.mailbox.since(0, LETTERS_MAX)
        reached = (mail for mail in mails if "campaign" in mail.tags and mail.outcome == DELIVERED)
        return next((mail.number for mail in reached), 1)

    def is_heard(self) -> bool:
        """Whether the SES event queue is empty."""
        depth = self.sandbox.acceptance.feed.queue.depth()
        return depth.visible + depth.in_flight + depth.delayed == 0


def run_once(material: Material, screen: Screen, *, fast: bool) -> Shown:
    """Send a month to its end; returns its final progress."""
    with _running(stage.free_ports(), screen, fast=fast) as demo:
        return _month(demo, material, screen)


def open_to_a_person(material: Material, screen: Screen, *, fast: bool) -> None:
    """Send a month and keep the pages open until Ctrl-C."""
    with _running(stage.customary_ports(), screen, fast=fast) as demo:
        if material.roster is None:
            _pilot(demo, screen)
        _month(demo, material, screen)
        _say_where(demo, screen)
        _until_interrupted()
        screen.say("Ending.")


@contextmanager
def _running(ports: Ports, screen: Screen, *, fast: bool) -> Iterator[Demo]:
    with ExitStack() as stack:
        folder = stack.enter_context(stage.fresh_folder())
        screen.say(f"This run is kept in {folder}/; the last one's databases and keys are gone.")
        _log_to(folder / "demo.log", stack)
        provider = stack.enter_context(_provider(ports, fast=fast))
        stage.enter_environment(folder, ports, provider.environment)
        chosen = settings.load()
        databases.upgrade(chosen)
        list(key_rings.create_missing(chosen))
        campaign = _opened(databases.campaign(chosen), stack)
        platform = _opened(databases.platform(chosen), stack)
        at = Address(HOST, ports.console)
        stack.enter_context(_serving(servers.console_server(chosen, campaign, at)))
        at = Address(HOST, ports.portal)
        stack.enter_context(_serving(servers.portal_server(chosen, platform, at)))
        stack.enter_context(Engine())
        yield Demo(chosen, campaign, platform, provider, ports)


def _pilot(demo: Demo, screen: Screen) -> None:
    months = past.add_pilot(demo.platform, open_vault(demo.settings.vault_keys), now=utc_now())
    screen.say(
        f"A fictional pilot replied from {months[0]} to {months[-1]}; figures are drawn now."
    )


def _month(demo: Demo, material: Material, screen: Screen) -> Shown:
    for problem in month.import_roster(demo.platform, material, now=utc_now()):
        screen.complain(f"Left out of the roster: {problem}")
    name = month.approve_month(demo.campaign, material, now=utc_now())
    screen.say(f"{name}: written by {month.AUTHOR}, approved by {month.APPROVER}, due now.")
    with screen.watching() as watch:
        return _watched(demo, name, watch)


def _watched(demo: Demo, name: str, watch: ProgressObserver) -> Shown:
    """Watch until every mail is settled, or until nothing has changed for a minute."""
    shown, moved = demo.show(name), time.monotonic()
    while not (_is_over(shown) and demo.is_heard()) and time.monotonic() - moved < STUCK_SECONDS:
        watch(shown)
        time.sleep(GLANCE_SECONDS)
        before, shown = shown, demo.show(name)
        moved = moved if shown == before else time.monotonic()
    watch(shown)
    return shown


def _is_over(shown: Shown) -> bool:
    return shown["state"] in ENDED and progress.is_settled(shown)


def _say_where(demo: Demo, screen: Screen) -> None:
    ring = keys.load(demo.settings.secret_key_file)
    with demo.campaign.writing() as session:
        staff_link = sign_in.new_link(
            session,
            email=month.AUTHOR,
            keys=ring,
            console_url=demo.settings.console_url,
            now=utc_now(),
        )
    a_mail = f"{demo.ports.url('inbox')}/mail/{demo.first_mail()}"
    for line in (
        "",
        f"  Inbox    {demo.ports.url('inbox')}",
        f"  A mail   {a_mail}   press its button and answer",
        f"  Console  {staff_link}   signs you in, once",
        f"  Figures  {demo.ports.url('console')}/reports   once you are signed in",
        f"  Portal   {demo.ports.url('portal')}/privacy",
        "",
        "Ctrl-C ends it.",
    ):
        screen.say(line)


def _provider(ports: Ports, *, fast: bool) -> Sandbox:
    """Start the stand-in at a rate that a person can watch, or unlimited with `fast`."""
    rate = FAST_SEND_RATE if fast else SEND_RATE
    return Sandbox(
        inbox=f"{HOST}:{ports.inbox}",
        limits=AccountLimits(max_send_rate=rate, max_24_hour_send=NO_LIMIT),
        event_delay=0.0 if fast else EVENT_DELAY,
    )


def _log_to(file: Path, stack: ExitStack) -> None:
    log.configure(level=logging.INFO, json=True, stream=stack.enter_context(file.open("w")))


def _opened(database: Database, stack: ExitStack) -> Database:
    stack.callback(database.dispose)
    return database


@contextmanager
def _serving(server: Server) -> Iterator[None]:
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield
    server.close()
    thread.join(LEAVE_SECONDS)


def _until_interrupted() -> None:
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
