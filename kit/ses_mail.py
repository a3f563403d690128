"""One email through SES, untracked: the product's few messages that are no campaign's."""

from typing import TYPE_CHECKING

from kit import mailboxes

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import BodyTypeDef, ConfigurationOverridesTypeDef

TRACKING_OFF: "ConfigurationOverridesTypeDef" = {
    "Tracking": {"OpenTrackingEnabled": "DISABLED", "ClickTrackingEnabled": "DISABLED"}
}
"""No open pixel and no click redirect, whatever the configuration set says."""


def send_email(
    client: "SESV2Client", *, sender: str, to: str, subject: str, text: str, html: str | None = None
) -> None:
    """Hand one message to SES, as text and, where it is given, as HTML; botocore's errors pass."""
    body: BodyTypeDef = {"Text": {"Data": text, "Charset": "UTF-8"}}
    if html is not None:
        body["Html"] = {"Data": html, "Charset": "UTF-8"}
    client.send_email(
        FromEmailAddress=mailboxes.encoded(sender),
        Destination={"ToAddresses": [to]},
        Content={"Simple": {"Subject": {"Data": subject, "Charset": "UTF-8"}, "Body": body}},
        ConfigurationOverrides=TRACKING_OFF,
    )
