"""Check one side's sender for `checkin doctor`: the account, the identity, its DNS records."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from checkin import dns as records
from checkin.dns import Dns
from checkin.findings import Diagnosis, Unwell, look
from kit import aws, sending_identity
from kit.sending_identity import SUCCESS, DnsRecord, SendingIdentity

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


def examine(address: str, *, dns: Dns | None, prefix: str = "") -> Iterator[Diagnosis]:
    """Check the sender `address`; without `dns`, by asking SES alone.

    Each DNS record gets a line: with `dns`, whether it exists; without, what to enter if SES has
    not seen it.
    """
    client = aws.ses_for_asking()
    yield look(f"{prefix}SES quota", lambda: _quota(client))
    found: list[SendingIdentity] = []
    yield look(f"{prefix}SES identity", lambda: _identity(client, address, found))
    for identity in found:
        yield look(f"{prefix}SES MAIL FROM", partial(_mail_from, identity))
        for record in _records(identity, all_of_them=dns is not None):
            yield look(f"{prefix}DNS {record.purpose}", partial(_record, record, dns))
        if dns is not None:
            checked = partial(records.check_dmarc, dns, identity.dmarc_record)
            yield look(f"{prefix}DNS DMARC", checked)


def _quota(client: "SESV2Client") -> str:
    account = client.get_account()
    if not account.get("SendingEnabled", False):
        raise Unwell("sending is switched off for this account; ask AWS why in the SES console")
    if not account.get("ProductionAccessEnabled", False):
        raise Unwell(
            "the account is in SES's own sandbox, which sends to verified addresses only; request "
            "production access (docs/ses.md says how)"
        )
    quota = account["SendQuota"]
    return (
        f"{quota['MaxSendRate']:g} a second, "
        f"{quota['SentLast24Hours']:g} of {quota['Max24HourSend']:g} sent in 24 hours"
    )


def _identity(client: "SESV2Client", address: str, found: list[SendingIdentity]) -> str:
    """Check the identity, and append it to `found`."""
    identity = sending_identity.find(client, address)
    if identity is None:
        raise Unwell(f"SES knows no identity that {address} belongs to; create its domain's")
    found.append(identity)
    if not identity.is_verified or identity.dkim_status != SUCCESS:
        raise Unwell(
            f"{identity.name} is not verified, DKIM is {identity.dkim_status}; "
            "enter the DNS records below"
        )
    return f"{identity.name} is verified and signed"


def _mail_from(identity: SendingIdentity) -> str:
    if identity.mail_from is None:
        return "amazonses.com, as no domain of one's own is set; nothing to enter"
    if identity.mail_from_status != SUCCESS:
        raise Unwell(
            f"{identity.mail_from} is {identity.mail_from_status}; enter the DNS records below"
        )
    return f"{identity.mail_from} is verified"


def _records(identity: SendingIdentity, *, all_of_them: bool) -> Iterator[DnsRecord]:
    if all_of_them or identity.dkim_status != SUCCESS:
        yield from identity.dkim_records()
    if all_of_them or identity.mail_from_status != SUCCESS:
        yield from identity.mail_from_records()


def _record(record: DnsRecord, dns: Dns | None) -> str:
    if dns is None:
        raise Unwell(f"enter {record}; `--dns` says what is there")
    return records.check_record(dns, record)
