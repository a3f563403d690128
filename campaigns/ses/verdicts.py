"""What each answer of SES means for the mail it is about. Pure; the table is in `docs/ses.md`.

Sources: the SES v2 API reference (SendBulkEmail's statuses and errors) and botocore's exceptions. A
request whose answer was lost may have been accepted, and SES has no idempotency token: that is the
only kind of `UNCERTAIN`. Whatever SES or the network refused outright was provably not sent.
"""

from enum import StrEnum
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from campaigns.models import Cause
from kit import aws_refusals


class Verdict(StrEnum):
    """What to do with one recipient, or with a whole request.

    ACCEPTED settles a recipient; REFUSED does so once something else is accepted. RETRY makes a
    recipient wait. UNSENT, SLOW_DOWN, QUOTA, HALT and WORKER put them back into the queue; the last
    two stop the account, or the one worker whose own credentials, clock or network are at fault.
    HALVE: the request was too large. UNCERTAIN waits for evidence.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    HALVE = "halve"
    UNSENT = "unsent"
    RETRY = "retry"
    SLOW_DOWN = "slow_down"
    QUOTA = "quota"
    HALT = "halt"
    WORKER = "worker"
    UNCERTAIN = "uncertain"


class Meaning(NamedTuple):
    """A verdict and what is written beside the mail."""

    verdict: Verdict
    cause: Cause | None = None


LOST = Meaning(Verdict.UNCERTAIN, Cause.ANSWER_LOST)
STOPPED = Meaning(Verdict.HALT, Cause.ACCOUNT_STOPPED)
NOT_CONFIGURED = Meaning(Verdict.HALT, Cause.NOT_CONFIGURED)
THROTTLED = Meaning(Verdict.SLOW_DOWN, Cause.THROTTLED)
QUOTA = Meaning(Verdict.QUOTA, Cause.QUOTA_USED_UP)
WORKER = Meaning(Verdict.WORKER, Cause.NOT_AUTHORISED)
UNREACHABLE = Meaning(Verdict.UNSENT, Cause.UNREACHABLE)
UNLISTED = Meaning(Verdict.UNCERTAIN, Cause.UNLISTED_ANSWER)

STATUSES = {
    "SUCCESS": Meaning(Verdict.ACCEPTED),
    "MESSAGE_REJECTED": Meaning(Verdict.REFUSED, Cause.MESSAGE_REJECTED),
    "INVALID_PARAMETER": Meaning(Verdict.REFUSED, Cause.INVALID_PARAMETER),
    "FAILED": Meaning(Verdict.REFUSED, Cause.FAILED),
    "TRANSIENT_FAILURE": Meaning(Verdict.RETRY, Cause.TRANSIENT_FAILURE),
    "ACCOUNT_THROTTLED": THROTTLED,
    "ACCOUNT_DAILY_QUOTA_EXCEEDED": QUOTA,
    "ACCOUNT_SUSPENDED": STOPPED,
    "ACCOUNT_SENDING_PAUSED": STOPPED,
    "CONFIGURATION_SET_SENDING_PAUSED": STOPPED,
    "CONFIGURATION_SET_NOT_FOUND": NOT_CONFIGURED,
    "MAIL_FROM_DOMAIN_NOT_VERIFIED": NOT_CONFIGURED,
    "TEMPLATE_NOT_FOUND": NOT_CONFIGURED,
    "INVALID_SENDING_POOL_NAME": NOT_CONFIGURED,
}

ERROR_CODES = {
    "TooManyRequestsException": THROTTLED,
    "ThrottlingException": THROTTLED,
    "Throttling": THROTTLED,
    "LimitExceededException": QUOTA,
    "MessageRejected": Meaning(Verdict.REFUSED, Cause.MESSAGE_REJECTED),
    "BadRequestException": Meaning(Verdict.REFUSED, Cause.BAD_REQUEST),
    "AccountSuspendedException": STOPPED,
    "SendingPausedException": STOPPED,
    "MailFromDomainNotVerifiedException": NOT_CONFIGURED,
    "NotFoundException": NOT_CONFIGURED,
}
HTTP_STATUSES = {
    408: LOST,
    413: Meaning(Verdict.HALVE, Cause.TOO_LARGE),
    429: THROTTLED,
}
"""Of answers whose code is not listed; a proxy before SES sends no code at all."""

NOT_VERIFIED = "not verified"
"""SES rejects a sender that is not verified as if it were the message: only the text tells."""


def of_status(status: str) -> Meaning:
    """The meaning of one entry of a bulk answer; a status nobody knows yet is uncertain."""
    return STATUSES.get(status, UNLISTED)


def of_exception(error: BotoCoreError | ClientError) -> Meaning:
    """The meaning of a request that was answered with an error, or not answered at all.

    A 4xx that is not listed (a signature, a token, a permission, a clock) concerns whoever asked;
    a 5xx says nothing about whether the mail was taken.
    """
    if isinstance(error, ClientError):
        return _of_answer(error)
    if isinstance(error, aws_refusals.UNREACHABLE):
        return UNREACHABLE
    is_own = isinstance(error, ParamValidationError) or aws_refusals.concerns_asker(error)
    return WORKER if is_own else LOST


def code_of(error: BotoCoreError | ClientError) -> str:
    """A short name of an error for a log; its text may quote an address."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "ClientError"))[:64]
    return type(error).__name__[:64]


def _of_answer(error: ClientError) -> Meaning:
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    answer = error.response.get("Error", {})
    if NOT_VERIFIED in answer.get("Message", ""):
        return NOT_CONFIGURED
    if (code := answer.get("Code", "")) in ERROR_CODES:
        return ERROR_CODES[code]
    if status in HTTP_STATUSES:
        return HTTP_STATUSES[status]
    return WORKER if 400 <= status < 500 else Meaning(Verdict.UNCERTAIN, Cause.SERVER_ERROR)
