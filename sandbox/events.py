"""SES's sending events, in the JSON that AWS documents for configuration sets.

Source: the developer guide's "Contents of event data that Amazon SES publishes to Amazon SNS".
An event is a function of its mail, so that a duplicate is identical.
"""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.mail import AcceptedMail

ACCOUNT_ID = "000000000000"
REGION = "eu-west-2"
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:ses-events"
REPORTING_MTA = "a1-1.smtp-out.eu-west-2.amazonses.com"
REMOTE_IP = "192.0.2.25"
SOURCE_IP = "192.0.2.1"
OUTGOING_IP = "192.0.2.2"
DAY_TO_DELIVER = timedelta(hours=14)

MATCHING_TYPES = {
    "Send": "SEND",
    "Delivery": "DELIVERY",
    "Bounce": "BOUNCE",
    "Complaint": "COMPLAINT",
    "Reject": "REJECT",
    "Rendering Failure": "RENDERING_FAILURE",
    "DeliveryDelay": "DELIVERY_DELAY",
}
BOUNCES = {
    "bounced": ("Permanent", "General", "5.1.1", "smtp; 550 5.1.1 user unknown"),
    "bounced-for-now": ("Transient", "MailboxFull", "4.2.2", "smtp; 452 4.2.2 mailbox full"),
    "suppressed": (
        "Permanent",
        "Suppressed",
        "5.1.1",
        "Amazon SES has suppressed sending to this address because it has a recent history of "
        "bouncing as an invalid address.",
    ),
    "suppressed-by-account": (
        "Permanent",
        "OnAccountSuppressionList",
        "5.1.1",
        "Amazon SES did not send the message to this address because it is on the suppression "
        "list for your account.",
    ),
}

Json = dict[str, Any]


def event(mail: AcceptedMail, kind: str, after: timedelta) -> Json:
    """Return one event of a mail, `after` its acceptance."""
    at = mail.accepted_at + after
    about = mail_object(mail)
    if kind == "Delivery":
        about["tags"]["ses:outgoing-ip"] = [OUTGOING_IP]
    return {"eventType": kind, "mail": about, **_DETAILS[kind](mail, at)}


def mail_object(mail: AcceptedMail) -> Json:
    """Return the `mail` object that every event contains."""
    headers = [
        {"name": "From", "value": mail.source},
        {"name": "To", "value": ", ".join(mail.to)},
        {"name": "Subject", "value": mail.subject},
        {"name": "MIME-Version", "value": "1.0"},
        *({"name": name, "value": value} for name, value in mail.headers),
    ]
    return {
        "timestamp": timestamp(mail.accepted_at),
        "source": mail.source,
        "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT_ID}:identity/{mail.source_domain}",
        "sendingAccountId": ACCOUNT_ID,
        "messageId": mail.message_id,
        "destination": list(mail.recipients),
        "headersTruncated": False,
        "headers": headers,
        "commonHeaders": {
            "from": [mail.source],
            "to": list(mail.to),
            "messageId": mail.message_id,
            "subject": mail.subject,
        },
        "tags": {**_automatic_tags(mail), **mail.tags},
    }


def timestamp(moment: datetime) -> str:
    """Return a time as SES writes it: UTC, milliseconds, Z."""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    )


def as_notification(event: Json, *, subject: str = "Amazon SES Email Event Notification") -> str:
    """Return a queue message's body in SNS's default envelope."""
    identity = f"{event['mail']['messageId']} {event.get('eventType')}"
    return json.dumps(
        {
            "Type": "Notification",
            "MessageId": str(uuid.uuid5(uuid.NAMESPACE_URL, identity)),
            "TopicArn": TOPIC_ARN,
            "Subject": subject,
            "Message": json.dumps(event),
            "Timestamp": event["mail"]["timestamp"],
            "SignatureVersion": "1",
            "Signature": "U2FuZGJveA==",
            "SigningCertURL": f"https://sns.{REGION}.amazonaws.com/sandbox.pem",
            "UnsubscribeURL": f"https://sns.{REGION}.amazonaws.com/?Action=Unsubscribe",
        }
    )


def _automatic_tags(mail: AcceptedMail) -> dict[str, list[str]]:
    return {
        "ses:configuration-set": [mail.configuration_set or ""],
        "ses:source-ip": [SOURCE_IP],
        "ses:from-domain": [mail.source_domain],
        "ses:caller-identity": ["sandbox"],
    }


def _send(_mail: AcceptedMail, _at: datetime) -> Json:
    return {"send": {}}


def _delivery(mail: AcceptedMail, at: datetime) -> Json:
    return {
        "delivery": {
            "timestamp": timestamp(at),
            "processingTimeMillis": round((at - mail.accepted_at) / timedelta(milliseconds=1)),
            "recipients": list(mail.recipients),
            "smtpResponse": "250 2.6.0 Message received",
            "remoteMtaIp": REMOTE_IP,
            "reportingMTA": REPORTING_MTA,
        }
    }


def _bounce(mail: AcceptedMail, at: datetime) -> Json:
    kind, detail, status, diagnostic = BOUNCES.get(mail.outcome, BOUNCES["bounced"])
    return {
        "bounce": {
            "feedbackId": _feedback_id(mail, "bounce"),
            "bounceType": kind,
            "bounceSubType": detail,
            "bouncedRecipients": [
                {
                    "emailAddress": address,
                    "action": "failed",
                    "status": status,
                    "diagnosticCode": diagnostic,
                }
                for address in mail.recipients
            ],
            "timestamp": timestamp(at),
            "reportingMTA": f"dns; {REPORTING_MTA}",
        }
    }


def _complaint(mail: AcceptedMail, at: datetime) -> Json:
    return {
        "complaint": {
            "feedbackId": _feedback_id(mail, "complaint"),
            "complaintSubType": None,
            "complainedRecipients": [{"emailAddress": address} for address in mail.recipients],
            "timestamp": timestamp(at),
            "userAgent": "Amazon SES Mailbox Simulator",
            "complaintFeedbackType": "abuse",
            "arrivalDate": timestamp(at),
        }
    }


def _reject(_mail: AcceptedMail, _at: datetime) -> Json:
    return {"reject": {"reason": "Bad content"}}


def _rendering_failure(mail: AcceptedMail, _at: datetime) -> Json:
    return {"failure": {"errorMessage": mail.failure or "", "templateName": ""}}


def _delivery_delay(mail: AcceptedMail, at: datetime) -> Json:
    return {
        "deliveryDelay": {
            "timestamp": timestamp(at),
            "delayType": "TransientCommunicationFailure",
            "expirationTime": timestamp(at + DAY_TO_DELIVER),
            "delayedRecipients": [
                {
                    "emailAddress": address,
                    "status": "4.4.1",
                    "diagnosticCode": "smtp; 421 4.4.1 Unable to connect to remote host",
                }
                for address in mail.recipients
            ],
        }
    }


def _feedback_id(mail: AcceptedMail, kind: str) -> str:
    return f"{mail.message_id[:16]}-{uuid.uuid5(uuid.NAMESPACE_URL, mail.message_id + kind)}-000000"


_DETAILS: dict[str, Callable[[AcceptedMail, datetime], Json]] = {
    "Send": _send,
    "Delivery": _delivery,
    "Bounce": _bounce,
    "Complaint": _complaint,
    "Reject": _reject,
    "Rendering Failure": _rendering_failure,
    "DeliveryDelay": _delivery_delay,
}
