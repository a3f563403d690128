"""Hand one batch to SES in one request and say what became of each mail.

Never called inside a transaction.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from campaigns.content import own_links
from campaigns.models import Cause, Message
from campaigns.ses.verdicts import Verdict, code_of, of_exception, of_status
from kit import mailboxes
from kit.ses_mail import GENERATED, TRACKING_OFF, headers_of, of_list

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

BATCH_MAX = 50
"""Destinations in one SendBulkEmail request (SES v2 API reference)."""

ONE_CLICK = {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"}
"""RFC 8058, section 3.1."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One claimed recipient."""

    delivery_id: int
    address: str
    reply_link: str
    stop_link: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mail: SES's message id if it was accepted, else the cause.

    `code` is what SES or the network answered, word for word: for a log and for staff.
    """

    delivery_id: int
    verdict: Verdict
    message_id: str | None = None
    cause: Cause | None = None
    code: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every mail of a campaign has in common."""

    sender: str
    reply_to: str | None
    configuration_set: str | None
    campaign_id: int


class BulkTransport:
    """Sends one campaign's compiled message; the template part of the request is built once."""

    def __init__(self, client: "SESV2Client", envelope: Envelope, message: Message) -> None:
        self._client = client
        self._request = _request(envelope, message)
        self._campaign_tag = {"Name": "campaign", "Value": str(envelope.campaign_id)}

    def send(self, mails: Sequence[Mail], attempt_id: str) -> list[Outcome]:
        """Post up to 50 mails once; one outcome a mail, whatever happens.

        A request that SES refuses whole says nothing about any one recipient in it, and none was
        sent: its halves are posted, until what is refused stands alone. So are the halves of one
        that is too large.
        """
        entries = [self._entry(mail, attempt_id) for mail in mails]
        try:
            answer = self._client.send_bulk_email(**self._request, BulkEmailEntries=entries)  # type: ignore[arg-type]
        except (BotoCoreError, ClientError) as error:
            return self._after(error, mails, attempt_id)
        results: Sequence[Any] = answer.get("BulkEmailEntryResults") or ()
        if len(results) != len(mails):
            uncertain = Verdict.UNCERTAIN
            return [Outcome(m.delivery_id, uncertain, cause=Cause.SHORT_ANSWER) for m in mails]
        return [_outcome(mail, result) for mail, result in zip(mails, results, strict=True)]

    def _after(
        self, error: BotoCoreError | ClientError, mails: Sequence[Mail], attempt_id: str
    ) -> list[Outcome]:
        verdict, cause = of_exception(error)
        if verdict in (Verdict.REFUSED, Verdict.HALVE):
            if len(mails) > 1:
                half = len(mails) // 2
                return self.send(mails[:half], attempt_id) + self.send(mails[half:], attempt_id)
            verdict = Verdict.REFUSED
        code = code_of(error)
        return [Outcome(mail.delivery_id, verdict, cause=cause, code=code) for mail in mails]

    def _entry(self, mail: Mail, attempt_id: str) -> dict[str, Any]:
        links = json.dumps(
            own_links.substitutes(reply_link=mail.reply_link, stop_link=mail.stop_link)
        )
        return {
            "Destination": {"ToAddresses": [mail.address]},
            "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": links}},
            "ReplacementHeaders": [
                {"Name": "List-Unsubscribe", "Value": f"<{mail.stop_link}>"},
                ONE_CLICK,
            ],
            "ReplacementTags": [
                self._campaign_tag,
                {"Name": "delivery", "Value": str(mail.delivery_id)},
                {"Name": "attempt", "Value": attempt_id},
            ],
        }


def _request(envelope: Envelope, message: Message) -> dict[str, Any]:
    request: dict[str, Any] = {
        "FromEmailAddress": mailboxes.encoded(envelope.sender),
        "DefaultContent": {
            "Template": {
                "TemplateContent": {
                    "Subject": message.subject,
                    "Html": message.html,
                    "Text": message.text,
                },
                "TemplateData": "{}",
                "Headers": headers_of({**GENERATED, **of_list(envelope.sender)}),
            }
        },
        "ConfigurationOverrides": TRACKING_OFF,
    }
    if envelope.configuration_set:
        request["ConfigurationSetName"] = envelope.configuration_set
    if envelope.reply_to:
        request["ReplyToAddresses"] = [mailboxes.encoded(envelope.reply_to)]
    return request


def _outcome(mail: Mail, result: dict[str, Any]) -> Outcome:
    status = str(result.get("Status", "missing"))
    verdict, cause = of_status(status)
    message_id = result.get("MessageId") if verdict is Verdict.ACCEPTED else None
    return Outcome(mail.delivery_id, verdict, message_id, cause, status)
