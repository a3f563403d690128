"""Acceptance as a test sets it up: outcomes that were told, and a log before anything else."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.acceptance import Acceptance
from sandbox.mail import AcceptedMail
from tests.support.faulty_ses.accept_log import AcceptLog
from tests.support.faulty_ses.faults import Faults
from tests.support.faulty_ses.feed import FaultyFeed


@dataclass(frozen=True)
class FaultyAcceptance(Acceptance):
    """Logs each mail before it is stored, and so before SES answers."""

    feed: FaultyFeed
    faults: Faults
    log: AcceptLog | None

    def outcome(self, recipients: Sequence[str]) -> str:
        return self.faults.outcomes.get(recipients[0]) or super().outcome(recipients)

    def keep(self, mails: Sequence[AcceptedMail]) -> None:
        if self.log is not None:
            self.log.append(mails)
        super().keep(mails)
