"""Check a request's signature as far as AWS does without the secret: service, scope and date.

Sources: "Elements of an AWS API request signature" and "Troubleshoot Signature Version 4 signing
for AWS API requests" in the IAM User Guide: a request is good for five minutes around its date.
"""

import re
from datetime import UTC, datetime, timedelta

from kit.clock import utc_now
from sandbox.errors import AwsError
from sandbox.http import Request

SIGNED = re.compile(r"AWS4-HMAC-SHA256 Credential=[^/]+/(\d{8})/[^/]+/(\w+)/aws4_request")
FORBIDDEN = 403
GOOD_FOR = timedelta(minutes=5)
WRITTEN = "%Y%m%dT%H%M%SZ"
OLDER_NAMES = {"sqs": "SignatureDoesNotMatch"}
"""SQS names its errors as its query API did, too, and botocore takes that name."""


def require(request: Request, service: str) -> None:
    """Accept a request signed for `service` within five minutes, with any credentials.

    Raises:
        AwsError: MissingAuthenticationTokenException, IncompleteSignatureException or
            InvalidSignatureException, with AWS's own sentence.
    """
    found = SIGNED.match(request.headers.get("authorization", ""))
    if found is None:
        raise AwsError(
            "MissingAuthenticationTokenException", "Missing Authentication Token", FORBIDDEN
        )
    day, scope = found.groups()
    at = _signed_at(request)
    wrong = _wrong_service(scope, service) or _wrong_date(at, utc_now()) or _wrong_day(day, at)
    if wrong:
        raise AwsError(
            "InvalidSignatureException", wrong, FORBIDDEN, query_code=OLDER_NAMES.get(service)
        )


def _signed_at(request: Request) -> datetime:
    written = request.headers.get("x-amz-date", "")
    try:
        return datetime.strptime(written, WRITTEN).replace(tzinfo=UTC)
    except ValueError:
        sentence = f"Date must be in ISO-8601 'basic format'. Got '{written}'."
        raise AwsError("IncompleteSignatureException", sentence, FORBIDDEN) from None


def _wrong_service(scope: str, service: str) -> str | None:
    if scope == service:
        return None
    return f"Credential should be scoped to correct service: '{service}'."


def _wrong_date(signed_at: datetime, now: datetime) -> str | None:
    date, present = f"{signed_at:{WRITTEN}}", f"{now:{WRITTEN}}"
    first, last = now - GOOD_FOR, now + GOOD_FOR
    if signed_at < first:
        limit = f"{first:{WRITTEN}} ({present} - 5 min.)"
        return f"Signature expired: {date} is now earlier than {limit}"
    if signed_at > last:
        limit = f"{last:{WRITTEN}} ({present} + 5 min.)"
        return f"Signature not yet current: {date} is still later than {limit}"
    return None


def _wrong_day(day: str, signed_at: datetime) -> str | None:
    if day == f"{signed_at:%Y%m%d}":
        return None
    return (
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP:"
        f" '{day}' != '{signed_at:%Y%m%d}', from '{signed_at:{WRITTEN}}'."
    )
