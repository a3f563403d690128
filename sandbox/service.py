"""The stand-in put together: SES and SQS on one port, the inbox page on another.

with Sandbox(max_send_rate=50) as sandbox:
    os.environ |= sandbox.environment
"""

import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from kit.errors import BadInput
from sandbox.acceptance import Acceptance
from sandbox.account import Account, AccountLimits
from sandbox.addresses import address_of, opening
from sandbox.feed import EventFeed
from sandbox.http import Request, Response
from sandbox.identities import Identities, Verification
from sandbox.inbox import create_app
from sandbox.mailbox import Mailbox
from sandbox.queue import MessageQueue
from sandbox.receiving import Receiving
from sandbox.routing import Router
from sandbox.server import HttpServer
from sandbox.sqs import Endpoint
from sandbox.web import WebServer

DEFAULT_BIND = "127.0.0.1:8003"
DEFAULT_INBOX = "127.0.0.1:8002"
IDENTITY = "example.org"
EVENT_DELAY = 0.2
"""Seconds between the events of a mail."""
MAILS_KEPT = 10_000
CONFIGURATION_SET = "check-in"
QUEUE_NAME = "check-in-events"
INBOUND_QUEUE_NAME = "check-in-inbound"
RECEIVING_DOMAIN = "replies.example.net"
REPLY_TO = f"answers@{RECEIVING_DOMAIN}"


@dataclass(kw_only=True)
class Sandbox:
    """SES, SQS and inbox in threads of this process. Port 0 takes a free one.

    `event_delay` is the seconds between the events of a mail; `kept` is how many of the newest
    mails stay readable. `inbox` None opens no page.
    """

    bind: str = "127.0.0.1:0"
    inbox: str | None = "127.0.0.1:0"
    limits: AccountLimits = field(default_factory=AccountLimits)
    event_delay: float = EVENT_DELAY
    kept: int = MAILS_KEPT
    acceptance: Acceptance = field(init=False)
    receiving: Receiving = field(init=False)
    _server: HttpServer | None = field(init=False, default=None)
    _web: WebServer | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.acceptance = Acceptance(
            account=Account(self.limits),
            identities=Identities({IDENTITY: Verification()}, frozenset({CONFIGURATION_SET})),
            feed=EventFeed(MessageQueue(QUEUE_NAME), delay=self.event_delay),
            mailbox=Mailbox(self.kept),
        )
        self.receiving = Receiving(RECEIVING_DOMAIN, MessageQueue(INBOUND_QUEUE_NAME))

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
        """Answer one request to SES, SQS or S3."""
        return Router(self.acceptance, self.receiving, self._endpoints)(request)

    def stop(self) -> None:
        """Close both ports."""
        for queue in self._queues:
            queue.close()
        if self._web is not None:
            self._web.stop()
        if self._server is not None:
            self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where SES, SQS and S3 answer."""
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
            "CHECKIN_SES_CONFIGURATION_SET": CONFIGURATION_SET,
            "CHECKIN_SES_EVENTS_QUEUE_URL": self.queue_url,
            "CHECKIN_REPLY_TO": REPLY_TO,
            "CHECKIN_INBOUND_QUEUE_URL": self.inbound_queue_url,
        }

    def _endpoints(self, request: Request) -> list[Endpoint]:
        """The queues under the address by which the client itself came."""
        host = request.headers.get("host")
        return [Endpoint(queue, f"http://{host}" if host else self.url) for queue in self._queues]


def serve(*, bind: str = DEFAULT_BIND, inbox: str = DEFAULT_INBOX) -> None:
    """Run the stand-in until SIGINT or SIGTERM, its environment printed as `export` lines.

    Raises:
        BadInput: an address is not HOST:PORT, or its port is taken.
    """
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with Sandbox(bind=bind, inbox=inbox) as sandbox:
        _announce(sandbox)
        stopped.wait()


def _announce(sandbox: Sandbox) -> None:
    lines = [f"export {name}={value}" for name, value in sandbox.environment.items()]
    lines.append(f"# Inbox: {sandbox.inbox_url}")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
