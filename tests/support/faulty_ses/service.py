"""The stand-in put together with its faults, its log and its control API."""

from dataclasses import dataclass, field
from pathlib import Path

from sandbox.errors import AwsError
from sandbox.http import Request, Response
from sandbox.service import Sandbox
from tests.support.faulty_ses import control_api
from tests.support.faulty_ses.accept_log import AcceptLog
from tests.support.faulty_ses.acceptance import FaultyAcceptance
from tests.support.faulty_ses.control import SandboxControl
from tests.support.faulty_ses.faults import Faults
from tests.support.faulty_ses.feed import FaultyFeed, FeedFaults

SENDS = {"/v2/email/outbound-bulk-emails", "/v2/email/outbound-emails"}


@dataclass(kw_only=True)
class FaultySandbox(Sandbox):
    """`accept_log` is appended to before SES answers; with `fsync` it is on the disk by then."""

    feed: FeedFaults = field(default_factory=FeedFaults)
    accept_log: Path | None = None
    fsync: bool = False
    acceptance: FaultyAcceptance = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        shipped = self.acceptance
        self.acceptance = FaultyAcceptance(
            account=shipped.account,
            identities=shipped.identities,
            feed=FaultyFeed(shipped.feed.queue, delay=self.event_delay, faults=self.feed),
            mailbox=shipped.mailbox,
            faults=Faults(),
            log=AcceptLog(self.accept_log, fsync=self.fsync) if self.accept_log else None,
        )

    @property
    def control(self) -> SandboxControl:
        return SandboxControl(self.url)

    def answer(self, request: Request) -> Response:
        """Answer one request to SES, SQS, S3 or the control API.

        Raises:
            ConnectionResetError: a fault ends the connection instead.
        """
        try:
            if request.path.startswith(control_api.PREFIX):
                return control_api.answer(self.acceptance, request)
            if request.path in SENDS:
                return self.acceptance.faults.around(request, super().answer)
        except AwsError as error:
            return error.response()
        return super().answer(request)

    def stop(self) -> None:
        """Close both ports and the accept log."""
        super().stop()
        if self.acceptance.log is not None:
            self.acceptance.log.close()
