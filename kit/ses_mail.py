"""Send one email through SES, untracked: for messages that belong to no campaign."""

from typing import TYPE_CHECKING

from kit import mailboxes

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import BodyTypeDef, ConfigurationOverridesTypeDef

TRACKING_OFF: "ConfigurationOverridesTypeDef" = {
    "Tracking": {"OpenTrackingEnabled": "DISABLED", "ClickTrackingEnabled": "DISABLED"}
}
"""Turns open and click tracking off, whatever the configuration set says."""


def send_email(
    client: "SESV2Client", *, sender: str, to: str, subject: str, text: str, html: str | None = None
) -> None:
    """Send one message as text and, if given, HTML; botocore's errors pass."""
    body: BodyTypeDef = {"Text": {"Data": text, "Charset": "UTF-8"}}
    if html is not None:
        body["Html"] = {"Data": html, "Charset": "UTF-8"}
    client.send_email(
        FromEmailAddress=mailboxes.encoded(sender),
        Destination={"ToAddresses": [to]},
        Content={"Simple": {"Subject": {"Data": subject, "Charset": "UTF-8"}, "Body": body}},
        ConfigurationOverrides=TRACKING_OFF,
    )
