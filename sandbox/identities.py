"""Who may send, and through which configuration set."""

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.errors import AwsError, bad_request, not_found
from sandbox.events import REGION
from sandbox.rules import RuleBroken, bare_address


@dataclass(frozen=True, slots=True)
class Identities:
    """Verified identities, domains or addresses, and known configuration sets."""

    verified: frozenset[str]
    configuration_sets: frozenset[str]

    def is_verified(self, address: str) -> bool:
        """Whether the address, its domain or a parent of that domain is verified."""
        address = address.lower()
        domain = address.rpartition("@")[2].split(".")
        parents = {".".join(domain[start:]) for start in range(len(domain))}
        return address in self.verified or not parents.isdisjoint(self.verified)

    def require_sender(self, source: str | None) -> str:
        """The From address as written, if SES lets it send.

        Raises:
            AwsError: BadRequestException if it is not an address, MessageRejected if unverified.
        """
        if not source:
            raise bad_request("FromEmailAddress is required.")
        try:
            address = bare_address(source)
        except RuleBroken as error:
            raise bad_request(f"{error}.") from None
        self.require_verified([address])
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
        """The configuration set's name, if there is one of that name.

        Raises:
            AwsError: NotFoundException.
        """
        if name is not None and name not in self.configuration_sets:
            raise not_found(f"Configuration set <{name}> does not exist.")
        return name
