"""Why a delivery is in its state: the values of the column `deliveries.cause`.

`console.words` says each of them in words.
"""

from enum import StrEnum


class Cause(StrEnum):
    """The reason beside a delivery's state; in the first group this engine's own, then SES's."""

    SUPPRESSED = "suppressed"
    TOO_LATE = "too_late"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    RESENT = "resent"
    RESTORED = "restored"
    LEFT_UNKNOWN = "left_unknown"

    ANSWER_LOST = "answer_lost"
    SHORT_ANSWER = "short_answer"
    SERVER_ERROR = "server_error"
    UNREACHABLE = "unreachable"
    NOT_AUTHORISED = "not_authorised"
    THROTTLED = "throttled"
    QUOTA_USED_UP = "quota_used_up"
    ACCOUNT_STOPPED = "account_stopped"
    NOT_CONFIGURED = "not_configured"
    MESSAGE_REJECTED = "message_rejected"
    INVALID_PARAMETER = "invalid_parameter"
    BAD_REQUEST = "bad_request"
    TOO_LARGE = "too_large"
    FAILED = "failed"
    TRANSIENT_FAILURE = "transient_failure"
    UNLISTED_ANSWER = "unlisted_answer"
    REJECTED = "rejected"
    RENDERING_FAILURE = "rendering_failure"


NEVER_LEFT = (Cause.REJECTED, Cause.RENDERING_FAILURE)
"""SES took the mail and says that it never sent it: no later event makes it sent."""
