"""Errors in the shape AWS gives them, so that botocore raises its own exception classes."""

import json
from http import HTTPStatus
from typing import Any

from sandbox.http import Response, request_id

ILLEGAL = HTTPStatus.BAD_REQUEST


class AwsError(Exception):
    """A refusal: `code` is the exception's name in botocore's model, `status` the HTTP status.

    `query_code` is the older name that SQS also sends (`x-amzn-query-error`).
    """

    def __init__(
        self, code: str, message: str, status: int = ILLEGAL, *, query_code: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = int(status)
        self.query_code = query_code

    def response(self) -> Response:
        """The answer as botocore's JSON parsers read it."""
        headers = [("x-amzn-ErrorType", self.code), ("x-amzn-RequestId", request_id())]
        if self.query_code:
            headers.append(("x-amzn-query-error", f"{self.query_code};Sender"))
        body = {"__type": self.code, "message": self.message}
        return Response(self.status, json.dumps(body).encode(), tuple(headers))


def bad_request(message: str) -> AwsError:
    return AwsError("BadRequestException", message)


def not_found(message: str) -> AwsError:
    return AwsError("NotFoundException", message, HTTPStatus.NOT_FOUND)


def unknown_operation(message: str) -> AwsError:
    return AwsError("UnknownOperationException", message, HTTPStatus.NOT_FOUND)


def too_many_requests(message: str) -> AwsError:
    return AwsError("TooManyRequestsException", message, HTTPStatus.TOO_MANY_REQUESTS)


def json_object(body: bytes) -> dict[str, Any]:
    """Decode a request's body.

    Raises:
        AwsError: SerializationException, if it is not a JSON object.
    """
    try:
        decoded = json.loads(body or b"{}")
    except ValueError:
        raise AwsError("SerializationException", "The request is not valid JSON.") from None
    if not isinstance(decoded, dict):
        raise AwsError("SerializationException", "The request is not a JSON object.")
    return decoded
