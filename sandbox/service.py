"""The stand-in put together: SES and SQS on one port, the inbox page on another.

with Sandbox(max_send_rate=50) as sandbox:
    os.environ |= sandbox.environment
"""

import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from kit.errors import BadInput
from sandbox.accept_log import AcceptLog
from sandbox.acceptance import Acceptance
from sandbox.account import Account, AccountLimits
from sandbox.addresses import address_of, opening
from sandbox.control import SandboxControl
from sandbox.faults import Faults
from sandbox.feed import EventFeed, FeedSettings
from sandbox.http import Request, Response
from sandbox.identities import Identities
from sandbox.inbox import create_app
from sandbox.mailbox import Mailbox
from sandbox.queue import DEFAULT_CAPACITY, MessageQueue
from sandbox.receiving import Receiving
from sandbox.routing import Router
from sandbox.server import HttpServer
from sandbox.sqs import Endpoint
from sandbox.web import WebServer

DEFAULT_BIND = "127.0.0.1:8003"
DEFAULT_INBOX = "127.0.0.1:8002"
CONFIGURATION_SET = "check-in"
QUEUE_NAME = "check-in-events"
INBOUND_QUEUE_NAME = "check-in-inbound"
RECEIVING_DOMAIN = "replies.example.net"
REPLY_TO = f"answers@{RECEIVING_DOMAIN}"


@dataclass(kw_only=True)
class Sandbox:
    """SES, SQS and inbox in threads of this process. Port 0 takes a free one.

    `limits` and `feed` are the account and the event feed at the start; the control API changes
    them. `kept` is how many of the newest mails stay readable. `accept_log` is appended to before
    SES answers, and with `fsync` it is on the disk by then. `backlog` is how many messages the
    queue holds before it forgets the oldest. `inbox` None opens no page.
    """

    bind: str = "127.0.0.1:0"
    inbox: str | None = "127.0.0.1:0"
    limits: AccountLimits = field(default_factory=AccountLimits)
    feed: FeedSettings = field(default_factory=FeedSettings)
    identities: frozenset[str] = frozenset({"example.org"})
    configuration_sets: frozenset[str] = frozenset({CONFIGURATION_SET})
    visibility: float = 30.0
    backlog: int = DEFAULT_CAPACITY
    kept: int = 10_000
    accept_log: Path | None = None
    fsync: bool = False
    acceptance: Acceptance = field(init=False)
    receiving: Receiving = field(init=False)
    _server: HttpServer | None = field(init=False, default=None)
    _web: WebServer | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        queue = MessageQueue(QUEUE_NAME, visibility=self.visibility, capacity=self.backlog)
        self.acceptance = Acceptance(
            account=Account(self.limits),
            identities=Identities(self.identities, self.configuration_sets),
            faults=Faults(),
            feed=EventFeed(queue, self.feed),
            mailbox=Mailbox(self.kept),
            log=AcceptLog(self.accept_log, fsync=self.fsync) if self.accept_log else None,
        )

        inbound = MessageQueue(INBOUND_QUEUE_NAME, visibility=self.visibility)
        self.receiving = Receiving(RECEIVING_DOMAIN, inbound)

    def start(self) -> Self:
        """Open both ports.

        Raises:
            BadInput: an address is not HOST:PORT, or its port is taken.
        """
        try:
            with opening(self.bind) as (host, port):
                self._server = HttpServer(self.answer, host=host, port=port)
                self._server.start()
            if self.inbox is not None:
                with opening(self.inbox) as (host, port):
                    app = create_app(self.acceptance.mailbox, self.receiving)
                    self._web = WebServer(app, host=host, port=port)
                    self._web.start()
        except BadInput:
            self.stop()
            raise
        return self

    def answer(self, request: Request) -> Response:
        """Answer one request to SES, SQS, S3 or the control API.

        Raises:
            Dropped: a fault ends the connection instead.
        """
        return Router(self.acceptance, self.receiving, self._endpoints)(request)

    def stop(self) -> None:
        """Close both ports and the accept log."""
        for queue in self._queues:
            queue.close()
        if self._web is not None:
            self._web.stop()
        if self._server is not None:
            self._server.stop()
        if self.acceptance.log is not None:
            self.acceptance.log.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where SES, SQS and the control API answer."""
        if self._server is None:
            raise RuntimeError("start the sandbox first")
        return address_of(self._server.host, self._server.port)

    @property
    def inbox_url(self) -> str:
        """Where the inbox page is."""
        if self._web is None:
            raise RuntimeError("start the sandbox first, with an inbox")
        return address_of(self._web.host, self._web.port)

    @property
    def queue_url(self) -> str:
        return Endpoint(self.acceptance.feed.queue, self.url).queue_url

    @property
    def inbound_queue_url(self) -> str:
        return Endpoint(self.receiving.queue, self.url).queue_url

    @property
    def _queues(self) -> tuple[MessageQueue, MessageQueue]:
        return self.acceptance.feed.queue, self.receiving.queue

    @property
    def control(self) -> SandboxControl:
        return SandboxControl(self.url)

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of a process that is to use this stand-in."""
        return {
            "AWS_ENDPOINT_URL_SESV2": self.url,
            "AWS_ENDPOINT_URL_SQS": self.url,
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_ACCESS_KEY_ID": "sandbox",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            "AWS_REGION": "eu-west-2",
            "AWS_DEFAULT_REGION": "eu-west-2",
            "AWS_EC2_METADATA_DISABLED": "true",
            "CHECKIN_SES_CONFIGURATION_SET": min(self.configuration_sets),
            "CHECKIN_SES_EVENTS_QUEUE_URL": self.queue_url,
            "CHECKIN_REPLY_TO": REPLY_TO,
            "CHECKIN_INBOUND_QUEUE_URL": self.inbound_queue_url,
        }

    def _endpoints(self, request: Request) -> list[Endpoint]:
        """The queues under the address by which the client itself came."""
        host = request.headers.get("host")
        return [Endpoint(queue, f"http://{host}" if host else self.url) for queue in self._queues]


def serve(
    *,
    bind: str = DEFAULT_BIND,
    inbox: str | None = DEFAULT_INBOX,
    limits: AccountLimits | None = None,
    feed: FeedSettings | None = None,
    accept_log: Path | None = None,
    fsync: bool = False,
) -> None:
    """Run the stand-in until SIGINT or SIGTERM, its environment printed as `export` lines.

    Raises:
        BadInput: an address is not HOST:PORT, or its port is taken.
    """
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with Sandbox(
        bind=bind,
        inbox=inbox,
        limits=limits or AccountLimits(),
        feed=feed or FeedSettings(),
        accept_log=accept_log,
        fsync=fsync,
    ) as sandbox:
        _announce(sandbox)
        stopped.wait()


def _announce(sandbox: Sandbox) -> None:
    lines = [f"export {name}={value}" for name, value in sandbox.environment.items()]
    if sandbox.inbox is not None:
        lines.append(f"# Inbox: {sandbox.inbox_url}")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
