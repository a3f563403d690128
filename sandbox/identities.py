"""Verified identities and configuration sets."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.errors import AwsError, bad_request, not_found
from sandbox.events import REGION
from sandbox.rules import RuleBroken, bare_address

DKIM_TOKENS = 3
SUCCESS = "SUCCESS"
REJECT = "REJECT_MESSAGE"


@dataclass(frozen=True, slots=True)
class Verification:
    """The verification of one identity's DNS records, in SES's own status words."""

    dkim_status: str = SUCCESS
    mail_from_domain: str = ""
    mail_from_status: str = SUCCESS
    on_mx_failure: str = REJECT

    @property
    def refuses(self) -> bool:
        """Whether a mail is refused for its MAIL FROM domain."""
        is_seen = not self.mail_from_domain or self.mail_from_status == SUCCESS
        return not is_seen and self.on_mx_failure == REJECT


@dataclass(frozen=True, slots=True)
class Identities:
    """Identities (domains or addresses) with their verification, and the configuration sets."""

    known: dict[str, Verification]
    configuration_sets: frozenset[str]

    def of(self, name: str) -> Verification | None:
        """Return one identity's verification; None if there is no such identity."""
        return self.known.get(name)

    def is_verified(self, address: str) -> bool:
        """Whether the address, its domain or a parent of that domain is verified."""
        return any(found.dkim_status == SUCCESS for found in self._for(address.lower()))

    def _for(self, address: str) -> Iterator[Verification]:
        domain = address.rpartition("@")[2].split(".")
        parents = (".".join(domain[start:]) for start in range(len(domain)))
        return (found for name in (address, *parents) if (found := self.of(name)))

    def require_sender(self, source: str | None) -> str:
        """Return the From address unchanged, if SES lets it send.

        Raises:
            AwsError: BadRequestException if it is not an address, MessageRejected if unverified,
                MailFromDomainNotVerifiedException if its MAIL FROM domain was not seen.
        """
        if not source:
            raise bad_request("FromEmailAddress is required.")
        try:
            address = bare_address(source)
        except RuleBroken as error:
            raise bad_request(f"{error}.") from None
        self.require_verified([address])
        if next(self._for(address.lower())).refuses:
            raise AwsError(
                "MailFromDomainNotVerifiedException", "The MAIL FROM domain is not verified."
            )
        return source

    def require_verified(self, addresses: Iterable[str]) -> None:
        """Raise MessageRejected unless all the addresses are verified."""
        failed = [address for address in addresses if not self.is_verified(address)]
        if failed:
            raise AwsError(
                "MessageRejected",
                "Email address is not verified. The following identities failed the check in "
                f"region {REGION.upper()}: {', '.join(failed)}",
            )

    def require_configuration_set(self, name: str | None) -> str | None:
        """Return the configuration set's name, if it exists.

        Raises:
            AwsError: NotFoundException.
        """
        if name is not None and name not in self.configuration_sets:
            raise not_found(f"Configuration set <{name}> does not exist.")
        return name


def as_answered(name: str, verification: Verification) -> dict[str, Any]:
    """Return an identity as GetEmailIdentity does; its DKIM tokens are derived from its name."""
    is_verified = verification.dkim_status == SUCCESS
    tokens = [
        hashlib.sha256(f"{name} {number}".encode()).hexdigest()[:32]
        for number in range(DKIM_TOKENS)
    ]
    return {
        "IdentityType": "EMAIL_ADDRESS" if "@" in name else "DOMAIN",
        "FeedbackForwardingStatus": False,
        "VerifiedForSendingStatus": is_verified,
        "DkimAttributes": {
            "SigningEnabled": True,
            "SigningAttributesOrigin": "AWS_SES",
            "Status": verification.dkim_status,
            "Tokens": tokens,
        },
        **_mail_from(verification),
        "Policies": {},
        "Tags": [],
        "VerificationStatus": SUCCESS if is_verified else "PENDING",
    }


def _mail_from(verification: Verification) -> dict[str, Any]:
    if not verification.mail_from_domain:
        return {}
    return {
        "MailFromAttributes": {
            "MailFromDomain": verification.mail_from_domain,
            "MailFromDomainStatus": verification.mail_from_status,
            "BehaviorOnMxFailure": verification.on_mx_failure,
        }
    }
