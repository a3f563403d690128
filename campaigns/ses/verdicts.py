"""What each answer of SES means for the mail it is about. Pure; the table is in `docs/ses.md`.

Sources: the SES v2 API reference (SendBulkEmail's statuses and errors) and botocore's exceptions. A
request whose answer was lost may have been accepted, and SES has no idempotency token: that is the
only kind of `UNCERTAIN`. Whatever SES or the network refused outright was provably not sent.
"""

from enum import StrEnum

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
    SSLError,
    TokenRetrievalError,
)


class Verdict(StrEnum):
    """What to do with one recipient, or with a whole request.

    ACCEPTED and REFUSED settle a recipient. UNSENT, SLOW_DOWN, QUOTA and HALT put them back in the
    queue, the last three with something to do about the account; RETRY puts them back a few times.
    UNCERTAIN waits for evidence.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNSENT = "unsent"
    RETRY = "retry"
    SLOW_DOWN = "slow_down"
    QUOTA = "quota"
    HALT = "halt"
    UNCERTAIN = "uncertain"


STATUSES = {
    "SUCCESS": Verdict.ACCEPTED,
    "MESSAGE_REJECTED": Verdict.REFUSED,
    "INVALID_PARAMETER": Verdict.REFUSED,
    "FAILED": Verdict.REFUSED,
    "TRANSIENT_FAILURE": Verdict.RETRY,
    "ACCOUNT_THROTTLED": Verdict.SLOW_DOWN,
    "ACCOUNT_DAILY_QUOTA_EXCEEDED": Verdict.QUOTA,
    "ACCOUNT_SUSPENDED": Verdict.HALT,
    "ACCOUNT_SENDING_PAUSED": Verdict.HALT,
    "CONFIGURATION_SET_SENDING_PAUSED": Verdict.HALT,
    "CONFIGURATION_SET_NOT_FOUND": Verdict.HALT,
    "MAIL_FROM_DOMAIN_NOT_VERIFIED": Verdict.HALT,
    "TEMPLATE_NOT_FOUND": Verdict.HALT,
    "INVALID_SENDING_POOL_NAME": Verdict.HALT,
}

ERROR_CODES = {
    "TooManyRequestsException": Verdict.SLOW_DOWN,
    "ThrottlingException": Verdict.SLOW_DOWN,
    "Throttling": Verdict.SLOW_DOWN,
    "LimitExceededException": Verdict.QUOTA,
    "MessageRejected": Verdict.REFUSED,
    "BadRequestException": Verdict.REFUSED,
}

NOT_VERIFIED = "not verified"
"""SES rejects a sender that is not verified as if it were the message: only the text tells."""

PROVABLY_UNSENT = (
    EndpointConnectionError,
    ConnectTimeoutError,
    ProxyConnectionError,
)
OURS_TO_MEND = (
    NoCredentialsError,
    PartialCredentialsError,
    TokenRetrievalError,
    ParamValidationError,
)


def of_status(status: str) -> Verdict:
    """The verdict on one entry of a bulk answer; a status nobody knows yet is uncertain."""
    return STATUSES.get(status, Verdict.UNCERTAIN)


def of_exception(error: BotoCoreError | ClientError) -> Verdict:
    """The verdict on a request that was answered with an error, or not answered at all.

    A 4xx that is not listed (credentials, permissions, a missing identity) concerns the account, so
    it halts; a 5xx says nothing about whether the mail was taken.
    """
    if isinstance(error, ClientError):
        return _of_answer(error)
    if isinstance(error, PROVABLY_UNSENT):
        return Verdict.UNSENT
    if isinstance(error, OURS_TO_MEND) or _certificate_refused(error):
        return Verdict.HALT
    return Verdict.UNCERTAIN


def _certificate_refused(error: BotoCoreError) -> bool:
    """TLS that ended before any request was written; other TLS errors may come after it."""
    return isinstance(error, SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error)


def cause_of(error: BotoCoreError | ClientError) -> str:
    """A short name of an error for a column and a log; its text may quote an address."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "ClientError"))[:64]
    return type(error).__name__[:64]


def _of_answer(error: ClientError) -> Verdict:
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    code = error.response.get("Error", {}).get("Code", "")
    if NOT_VERIFIED in error.response.get("Error", {}).get("Message", ""):
        return Verdict.HALT
    if code in ERROR_CODES:
        return ERROR_CODES[code]
    return Verdict.HALT if 400 <= status < 500 else Verdict.UNCERTAIN
