"""Look DNS records up, to compare them with what SES needs."""

from dataclasses import dataclass

import dns.exception
import dns.resolver
from dns.resolver import Resolver

from checkin.findings import Unwell
from kit.sending_identity import DnsRecord

LIFETIME_SECONDS = 5.0
SPF_BEGINS = "v=spf1"
DMARC_BEGINS = "v=DMARC1"
SPF_NEEDS = "include:amazonses.com"


@dataclass(frozen=True, slots=True)
class Dns:
    """A DNS server: `at` is its address and port; without it this machine's own."""

    at: tuple[str, int] | None = None

    def found(self, name: str, kind: str) -> list[str]:
        """Return the values of a name's records of one type, as in a zone file.

        Raises:
            Unwell: DNS did not answer.
        """
        try:
            answer = self._resolver().resolve(name, kind, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as error:
            raise Unwell(f"DNS did not answer for {name} ({type(error).__name__})") from None
        return sorted(_written(str(value), kind) for value in answer)

    def _resolver(self) -> Resolver:
        resolver = Resolver(configure=self.at is None)
        if self.at is not None:
            resolver.nameservers, resolver.port = [self.at[0]], self.at[1]
        resolver.lifetime = LIFETIME_SECONDS
        return resolver


def check_record(dns: Dns, record: DnsRecord) -> str:
    """Check that DNS has the record SES needs; Unwell says what to enter and what is there."""
    found = dns.found(record.name, record.type)
    if not _fits(record, found):
        raise Unwell(f"enter {record}; found {_listed(found)}")
    return f"{record.name} {record.type} {_listed(found)}"


def check_dmarc(dns: Dns, record: DnsRecord) -> str:
    """Check the DMARC policy of the domain or of a parent domain (RFC 9989, section 4.10)."""
    labels = record.name.removeprefix("_dmarc.").split(".")
    for start in range(max(1, len(labels) - 1)):
        name = f"_dmarc.{'.'.join(labels[start:])}"
        if policies := [each for each in dns.found(name, "TXT") if each.startswith(DMARC_BEGINS)]:
            return f"{name} TXT {_listed(policies)}"
    raise Unwell(f"enter {record}; found nothing")


def check_receives(dns: Dns, domain: str, region: str) -> str:
    """Check that a domain receives mail."""
    if found := dns.found(domain, "MX"):
        return f"{domain} MX {_listed(found)}"
    raise Unwell(
        f"{domain} takes no mail, so that answers to the email are lost; enter its mail server, or "
        f"for SES {domain} MX 10 inbound-smtp.{region}.amazonaws.com; found nothing"
    )


def _fits(record: DnsRecord, found: list[str]) -> bool:
    if record.type == "TXT":
        policies = [each for each in found if each.lower().startswith(SPF_BEGINS)]
        return len(policies) == 1 and SPF_NEEDS in policies[0].lower().split()
    return [value.lower() for value in found] == [record.value.lower()]


def _written(value: str, kind: str) -> str:
    if kind == "TXT":
        return value.replace('" "', "").strip('"')
    return value.removesuffix(".")


def _listed(found: list[str]) -> str:
    return " and ".join(f"“{value}”" for value in found) or "nothing"
