"""Send one email through SES, untracked: for messages that belong to no campaign."""

from collections.abc import Mapping
from email.utils import parseaddr
from types import MappingProxyType
from typing import TYPE_CHECKING

from kit import mailboxes

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import (
        BodyTypeDef,
        ConfigurationOverridesTypeDef,
        MessageHeaderTypeDef,
    )

TRACKING_OFF: "ConfigurationOverridesTypeDef" = {
    "Tracking": {"OpenTrackingEnabled": "DISABLED", "ClickTrackingEnabled": "DISABLED"}
}
"""Turns open and click tracking off, whatever the configuration set says."""

AUTO_SUBMITTED = "Auto-Submitted"
QUIET = {"X-Auto-Response-Suppress": "All"}
"""Keeps Exchange's automatic answers away ([MS-OXCMAIL], 2.2.3.2.14)."""
GENERATED = MappingProxyType({AUTO_SUBMITTED: "auto-generated", **QUIET})
"""On every email of ours, so that no out-of-office message answers it (RFC 3834, section 5)."""
REPLIED = MappingProxyType({AUTO_SUBMITTED: "auto-replied", **QUIET})
"""On an automatic answer instead."""


def of_list(sender: str) -> dict[str, str]:
    """The header that names the mailing list, by which mail programs file it (RFC 2919)."""
    domain = parseaddr(sender)[1].rpartition("@")[2]
    return {"List-Id": f"rent-flex check-in <check-in.{domain}>"}


def headers_of(named: Mapping[str, str]) -> "list[MessageHeaderTypeDef]":
    """Custom headers as SES takes them."""
    return [{"Name": name, "Value": value} for name, value in named.items()]


def send_email(
    client: "SESV2Client",
    *,
    sender: str,
    to: str,
    subject: str,
    text: str,
    html: str | None = None,
    reply_to: str | None = None,
    headers: Mapping[str, str] = GENERATED,
) -> None:
    """Send one message as text and, if given, HTML; botocore's errors pass."""
    body: BodyTypeDef = {"Text": {"Data": text, "Charset": "UTF-8"}}
    if html is not None:
        body["Html"] = {"Data": html, "Charset": "UTF-8"}
    client.send_email(
        FromEmailAddress=mailboxes.encoded(sender),
        Destination={"ToAddresses": [to]},
        ReplyToAddresses=[mailboxes.encoded(reply_to)] if reply_to else [],
        Content={
            "Simple": {
                "Subject": {"Data": subject, "Charset": "UTF-8"},
                "Body": body,
                "Headers": headers_of(headers),
            }
        },
        ConfigurationOverrides=TRACKING_OFF,
    )
