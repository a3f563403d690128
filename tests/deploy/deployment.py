"""Both sides deployed to one machine: every process of a shape, and a person's commands."""

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import psycopg
from redis import Redis

from sandbox.account import NO_LIMIT, AccountLimits
from sandbox.service import Sandbox
from tests.chaos import processes
from tests.deploy import machine as machines
from tests.deploy import running
from tests.deploy.machine import Machine
from tests.deploy.running import Process, Runner

PATIENCE = 240.0
TICK = "1s"
STAND_IN = (
    *("AWS_ENDPOINT_URL_SESV2", "AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL_S3"),
    *("CHECKIN_SES_EVENTS_QUEUE_URL", "CHECKIN_INBOUND_QUEUE_URL"),
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
)


class ShippedShape(Protocol):
    """One of the ways in which both sides are shipped."""

    name: str

    def __init__(self, machine: Machine) -> None: ...

    @property
    def replaced(self) -> Mapping[str, str]:
        """What this machine's places stand for: `{shipped: here}`."""

    def make_roles(self, side: str) -> None:
        """Roles with the passwords drawn last, and an empty database where there is none."""

    def migrate(self, side: str) -> None:
        """Migrations, keys that are missing, and grants."""

    def load_redis_users(self, runner: Runner) -> None:
        """Redis knows the passwords that were drawn last."""

    def restore(self, side: str, backup: Path) -> None:
        """Put a backup in the place of a side's database."""

    def processes(self) -> list[Process]:
        """Everything that goes on running."""

    def operator(self, side: str) -> Process:
        """A person's `checkin` on one side."""


@dataclass
class Deployment:
    """A shape on a machine, with somebody to start its processes."""

    shape: ShippedShape
    machine: Machine
    runner: Runner
    sandbox: Sandbox

    def prepare(self, side: str) -> None:
        self.shape.make_roles(side)
        self.shape.migrate(side)

    def start(self, *, but: str = "nothing") -> None:
        """Start the processes that do not run yet, but those of one name."""
        for process in self.shape.processes():
            if but not in process.name and process.name not in self.runner.started:
                self.runner.start(process)

    def stop(self) -> None:
        """Ask every process of both sides to end; the servers go on."""
        self.runner.stop([each.name for each in self.shape.processes()])

    def wait_until_ready(self) -> None:
        """Both sites say that they and all they need work; nothing that was started has ended."""
        for site in ("console", "portal"):
            processes.wait_until(lambda: self._is_ready(site), f"{site} ready", seconds=PATIENCE)  # noqa: B023
        assert [] == self.runner.down()

    def check_health(self) -> None:
        """Run each process's own health check, as Docker does."""
        for process in self.shape.processes():
            if process.health:
                check = f"{process.name} health"
                running.run(Process(check, process.health, process.environment, process.owner))

    def operate(self, side: str, *words: str) -> str:
        """What a person's command prints."""
        return running.run(self.shape.operator(side), *words)

    def ask(self, side: str, query: str) -> list[tuple[Any, ...]]:
        """What a side's database holds; no process of that side is asked."""
        url = f"{self.machine.superuser(side)}/{side}"
        with psycopg.connect(url, autocommit=True) as connection:
            return connection.execute(query.encode()).fetchall()

    def wait_for(self, side: str, query: str, *expected: tuple[Any, ...]) -> None:
        """Wait until a side's database answers a query with these rows."""

        def is_so() -> bool:
            assert [] == self.runner.down()
            return self.ask(side, query) == list(expected)

        processes.wait_until(is_so, f"{query}: {expected}", seconds=PATIENCE)

    def request(self, path: str, data: Mapping[str, str] | None = None, token: str = "") -> int:
        """Ask the portal, or post a form to it; returns the status. A redirect is an answer."""
        body = urllib.parse.urlencode(data).encode() if data else None
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        asked = urllib.request.Request(self.machine.url("portal") + path, body, headers)
        try:
            with urllib.request.build_opener(_NoRedirect).open(asked, timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def anchor(self, name: str) -> Path:
        """Where the platform's worker keeps an anchor."""
        worker = next(each for each in self.shape.processes() if "platform-worker" in each.name)
        return Path(worker.environment["CHECKIN_RELEASE_ANCHOR_FILE"]).with_name(name)

    def mails_of_the_month(self) -> int:
        """How many mails SES ever took for tenants."""
        mails = self.sandbox.acceptance.mailbox.since(0, 1_000)
        return sum("campaign" in mail.tags for mail in mails)

    @property
    def replaced(self) -> dict[str, str]:
        """Every place that was replaced, and every line that was added to `settings.env`."""
        users = {} if running.has_users() else {"users": "whoever runs the tests"}
        return {**self.shape.replaced, **self.machine.stand_in, **users}

    def refusals_of_redis(self) -> int:
        """How many commands Redis refused because a user may not run them."""
        password = (self.machine.credentials / "redis" / "operator.password").read_text()
        url = f"redis://operator:{password}@{self.machine.at('redis')}"
        with Redis.from_url(url, socket_timeout=PATIENCE) as session:
            counted = cast(Mapping[str, Mapping[str, int]], session.info("errorstats"))
        return counted.get("errorstat_NOPERM", {}).get("count", 0)

    def _is_ready(self, site: str) -> bool:
        try:
            with urllib.request.urlopen(f"{self.machine.url(site)}/readyz", timeout=PATIENCE):
                return True
        except OSError:
            return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@contextmanager
def deployed(shape: type[ShippedShape], folder: Path) -> Iterator[Deployment]:
    """A shape's servers run and its credentials are drawn; nothing else is done yet."""
    limits = AccountLimits(max_send_rate=500.0, max_24_hour_send=NO_LIMIT)
    with (
        Sandbox(limits=limits, event_delay=0.1, inbox=None) as sandbox,
        machines.machine(_stand_in(sandbox)) as machine,
    ):
        machine.draw_credentials()
        with machine.servers(), running.runner(folder / "logs") as runner:
            runner.start(machine.redis())
            made = Deployment(shape(machine), machine, runner, sandbox)
            try:
                yield made
            finally:
                made.stop()


def _stand_in(sandbox: Sandbox) -> dict[str, str]:
    """What is added to `settings.env` to reach the stand-in for AWS, and to wait less."""
    return {name: sandbox.environment[name] for name in STAND_IN} | {"CHECKIN_TICK": TICK}
