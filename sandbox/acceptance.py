"""What happens once a mail is accepted: it is stored for the inbox, then its events go out."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox import outcomes
from sandbox.account import Account, Refusal, State
from sandbox.errors import AwsError, too_many_requests
from sandbox.feed import EventFeed
from sandbox.identities import Identities
from sandbox.mail import AcceptedMail
from sandbox.mailbox import Mailbox

RATE_MESSAGE = "Maximum sending rate exceeded."
QUOTA_MESSAGE = "Daily message quota exceeded."

ACCOUNT_ERRORS = {
    State.PAUSED: ("SendingPausedException", "Email sending is disabled for your account."),
    State.SUSPENDED: ("AccountSuspendedException", "Your account is suspended."),
    State.MAIL_FROM_NOT_VERIFIED: (
        "MailFromDomainNotVerifiedException",
        "The MAIL FROM domain is not verified.",
    ),
}


@dataclass(frozen=True)
class Acceptance:
    """The account, and the mailbox and feed that an accepted mail goes to."""

    account: Account
    identities: Identities
    feed: EventFeed
    mailbox: Mailbox

    def require_sending(self) -> None:
        """Raise the account's own error if it may not send at all."""
        error = ACCOUNT_ERRORS.get(self.account.limits.state)
        if error is not None:
            raise AwsError(*error)

    def take(self, recipients: Sequence[str]) -> float | Refusal:
        """Charge the account for these recipients; returns the moment, or why it takes no more."""
        charged = sum(1 for address in recipients if not outcomes.is_simulator(address))
        return self.account.grant(len(recipients), charged=charged)

    def require_taken(self, recipients: Sequence[str]) -> float:
        """Charge the account, or raise TooManyRequestsException."""
        moment = self.take(recipients)
        if isinstance(moment, Refusal):
            raise too_many_requests(RATE_MESSAGE if moment is Refusal.RATE else QUOTA_MESSAGE)
        return moment

    def require_allowed_recipients(self, recipients: Sequence[str]) -> None:
        """Refuse recipients that are neither verified nor simulators, for an account in SES's
        sandbox.
        """
        if not self.account.limits.production_access:
            self.identities.require_verified(
                address for address in recipients if not outcomes.is_simulator(address)
            )

    def outcome(self, recipients: Sequence[str]) -> str:
        """Return the outcome of a mail: that of its first recipient."""
        return outcomes.simulated(recipients[0])

    def keep(self, mails: Sequence[AcceptedMail]) -> None:
        """Store accepted mails, then publish their events."""
        self.mailbox.add(mails)
        self.feed.publish(mails)
