"""The SES identity of a sender's address, and the DNS records it needs.

https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html and, of the MAIL FROM domain,
https://docs.aws.amazon.com/ses/latest/dg/mail-from.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import GetEmailIdentityResponseTypeDef

SUCCESS = "SUCCESS"
DKIM_ZONE = "dkim.amazonses.com"
SPF = "v=spf1 include:amazonses.com ~all"
DMARC = "v=DMARC1; p=none"


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """One DNS record to enter; `purpose` says which, e.g. `DKIM 1`."""

    purpose: str
    name: str
    type: str
    value: str

    def __str__(self) -> str:
        shown = f'"{self.value}"' if self.type == "TXT" else self.value
        return f"{self.name} {self.type} {shown}"


@dataclass(frozen=True, slots=True)
class SendingIdentity:
    """An identity as SES reports it, in SES's own status words.

    `mail_from` is None without a custom MAIL FROM domain. `dkim_targets` holds name and value of
    each CNAME record; it is empty for a key of the operator's own (BYODKIM).
    """

    name: str
    is_verified: bool
    dkim_status: str
    dkim_targets: tuple[tuple[str, str], ...]
    mail_from: str | None
    mail_from_status: str
    region: str

    @property
    def domain(self) -> str:
        return self.name.rpartition("@")[2]

    @property
    def problem(self) -> str | None:
        """Why SES sends nothing as this identity, worded to follow “because”; None if it sends."""
        if not self.is_verified:
            return f"{self.name} is not verified (DKIM is {self.dkim_status})"
        if self.mail_from is not None and self.mail_from_status != SUCCESS:
            return (
                f"its MAIL FROM domain {self.mail_from} is not verified "
                f"(it is {self.mail_from_status})"
            )
        return None

    def dkim_records(self) -> Iterator[DnsRecord]:
        for number, (name, value) in enumerate(self.dkim_targets, start=1):
            yield DnsRecord(f"DKIM {number}", name, "CNAME", value)

    def mail_from_records(self) -> Iterator[DnsRecord]:
        if self.mail_from is not None:
            feedback = f"10 feedback-smtp.{self.region}.amazonses.com"
            yield DnsRecord("MAIL FROM MX", self.mail_from, "MX", feedback)
            yield DnsRecord("MAIL FROM SPF", self.mail_from, "TXT", SPF)

    @property
    def dmarc_record(self) -> DnsRecord:
        return DnsRecord("DMARC", f"_dmarc.{self.domain}", "TXT", DMARC)


def find(client: "SESV2Client", address: str) -> SendingIdentity | None:
    """Return the SES identity that covers `address` (with or without a name), or None.

    A domain covers its subdomains, and an address may be an identity by itself.

    Raises:
        ClientError, BotoCoreError: SES refuses to say, or does not answer.
    """
    for name in _candidates(parseaddr(address)[1].lower()):
        try:
            answer = client.get_email_identity(EmailIdentity=name)
        except client.exceptions.NotFoundException:
            continue
        return _read(name, answer, client.meta.region_name)
    return None


def problem(client: "SESV2Client", address: str) -> str | None:
    """Return why SES sends nothing as `address`, worded to follow “because”; None if it sends.

    Raises:
        ClientError, BotoCoreError: SES refuses to say, or does not answer.
    """
    found = find(client, address)
    return "it is no identity of this account" if found is None else found.problem


def _candidates(address: str) -> Iterator[str]:
    """Yield the domain, its parents except the top-level one, then the address."""
    labels = address.rpartition("@")[2].split(".")
    yield from (".".join(labels[start:]) for start in range(max(1, len(labels) - 1)))
    yield address


def _read(name: str, answer: "GetEmailIdentityResponseTypeDef", region: str) -> SendingIdentity:
    dkim, mail_from = answer.get("DkimAttributes", {}), answer.get("MailFromAttributes", {})
    brought = dkim.get("SigningAttributesOrigin") == "EXTERNAL"
    zone = dkim.get("SigningHostedZone") or DKIM_ZONE
    return SendingIdentity(
        name=name,
        is_verified=answer.get("VerifiedForSendingStatus", False),
        dkim_status=dkim.get("Status", "NOT_STARTED"),
        dkim_targets=tuple(
            (f"{token}._domainkey.{name.rpartition('@')[2]}", f"{token}.{zone}")
            for token in ([] if brought else dkim.get("Tokens", []))
        ),
        mail_from=mail_from.get("MailFromDomain") or None,
        mail_from_status=mail_from.get("MailFromDomainStatus", "PENDING"),
        region=region,
    )
