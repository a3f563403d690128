"""Answer replies to our emails automatically, once a day for each address, without reading them.

SES puts an email into a bucket and tells a queue about its headers. This job reads the queue,
answers, deletes the object and then the message. It never asks for the object, and its credentials
may not. Everybody gets the same words, whether or not we write to them. A tenant gets a fresh link
besides, as a letter of its own to the address on the roster.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from kit import heartbeats
from kit.clock import Clock
from kit.database import Database
from kit.log import get_logger
from kit.ses_mail import REPLIED, send_email
from tenants.inbound import answerable, received
from tenants.inbound.received import NotReceived, ReceivedMail, StoredObject
from tenants.outbox import automatic_answers
from tenants.outbox.mailer import TEXTS
from tenants.rights import fresh_links

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

RECEIVE_MAX = 10
"""Messages in one ReceiveMessage (SQS API reference)."""
ROUNDS = 10
"""Receipts in one call; the next tick goes on."""
VISIBILITY_SECONDS = 300
SUBJECT = "We cannot read your email / Ni allwn ddarllen eich e-bost"
MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
HEADER_VALUE_MAX = 900
"""Characters; SES takes 995 in a header with its name."""

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MailResponder:
    """What emails are answered with; `keys` reads the link keys, which rotate.

    `own` are the product's own addresses, in lower case.
    """

    platform: Database
    keys: Callable[[], Sequence[bytes]]
    portal_url: str
    sender: str
    own: Collection[str]
    queue_url: str
    ses_client: "Callable[[], SESV2Client]"
    sqs_client: "Callable[[], SQSClient]"
    s3_client: "Callable[[], S3Client]"


def answer_waiting(responder: MailResponder, *, clock: Clock) -> int:
    """Answer the emails in the queue; returns how many answers SES accepted. An email whose answer
    SES definitely refused stays in the queue and is tried again.

    Raises:
        BotoCoreError, ClientError: AWS did not answer, or refused an answer.
    """
    accepted = 0
    for _ in range(ROUNDS):
        messages = [] if _are_used_up(responder, clock()) else _waiting(responder)
        refusals = list[ClientError]()
        for message in messages:
            try:
                accepted += _take(responder, str(message.get("Body", "")), now=clock())
            except ClientError as error:
                refusals.append(error)
                continue
            responder.sqs_client().delete_message(
                QueueUrl=responder.queue_url, ReceiptHandle=message["ReceiptHandle"]
            )
        if refusals:
            raise refusals[0]
        if not messages:
            break
    return accepted


def _are_used_up(responder: MailResponder, now: datetime) -> bool:
    with responder.platform.reading() as session:
        are_used_up = automatic_answers.are_used_up(session, now=now)
    if are_used_up:
        log.warning("no more automatic answers today")
    return are_used_up


def _waiting(responder: MailResponder) -> "Sequence[MessageTypeDef]":
    answer = responder.sqs_client().receive_message(
        QueueUrl=responder.queue_url,
        MaxNumberOfMessages=RECEIVE_MAX,
        VisibilityTimeout=VISIBILITY_SECONDS,
    )
    return answer.get("Messages", [])


def _take(responder: MailResponder, body: str, *, now: datetime) -> bool:
    """Answer one email and delete it; True if an answer went out.

    Raises:
        ClientError: SES refused the answer; the email is still there.
    """
    try:
        mail = received.parse(body)
    except NotReceived:
        log.warning("a queue message that tells of no email was dropped")
        return False
    address, reason = answerable.judge(mail, own=responder.own)
    is_answered = address is not None and _answer(responder, mail, address, now=now)
    if mail.stored is not None:
        _delete(responder, mail.stored)
    log.info("an email arrived", answered=is_answered, because=reason or None)
    return is_answered


def _answer(responder: MailResponder, mail: ReceivedMail, address: str, *, now: datetime) -> bool:
    """Answer an address that had no answer today, and send its tenant a link, if it has one."""
    key = responder.keys()[-1]
    with responder.platform.writing() as session:
        if not automatic_answers.claim(session, key=key, address=address, now=now):
            return False
    is_accepted = _send(responder, mail, address, key=key)
    with responder.platform.writing() as session:
        fresh_links.ask_by_address(session, address=address, now=now)
    return is_accepted


def _send(responder: MailResponder, mail: ReceivedMail, address: str, *, key: bytes) -> bool:
    """Send the answer; False if nobody can say whether SES took it.

    Raises:
        ClientError: SES refused it, and the address may be answered again.
    """
    try:
        send_email(
            responder.ses_client(),
            sender=responder.sender,
            to=address,
            subject=SUBJECT,
            text=TEXTS.get_template("unread.txt").render(portal_url=responder.portal_url),
            headers=REPLIED | _threading(mail),
        )
    except ClientError as error:
        with responder.platform.writing() as session:
            automatic_answers.give_back(session, key=key, address=address)
        log.warning("automatic answer refused", error=heartbeats.code_of(error))
        raise
    except BotoCoreError as error:
        log.warning("automatic answer uncertain", error=heartbeats.code_of(error))
        return False
    return True


def _threading(mail: ReceivedMail) -> dict[str, str]:
    """In-Reply-To and References (RFC 3834, section 3.1.6; RFC 5322, section 3.6.4)."""
    ids = [found for value in mail.values("message-id") for found in MESSAGE_ID.findall(value)]
    if len(ids) != 1 or len(ids[0]) > HEADER_VALUE_MAX:
        return {}
    earlier = [found for value in mail.values("references") for found in MESSAGE_ID.findall(value)]
    chain = [*earlier, *ids]
    while len(" ".join(chain)) > HEADER_VALUE_MAX:
        del chain[0]
    return {"In-Reply-To": ids[0], "References": " ".join(chain)}


def _delete(responder: MailResponder, stored: StoredObject) -> None:
    """Delete the email itself; where that fails, its bucket does so within a day."""
    try:
        responder.s3_client().delete_object(Bucket=stored.bucket, Key=stored.key)
    except (BotoCoreError, ClientError) as error:
        log.warning("an email was not deleted yet", error=heartbeats.code_of(error))
