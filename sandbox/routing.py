"""Route requests: SES and S3 by path, SQS by target."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kit.log import get_logger
from sandbox import s3, ses, signatures, sqs
from sandbox.acceptance import Acceptance
from sandbox.errors import AwsError, unknown_operation
from sandbox.http import Request, Response
from sandbox.receiving import BUCKET, Receiving

log = get_logger(__name__)


@dataclass(frozen=True)
class Router:
    """Answers every request to the port."""

    acceptance: Acceptance
    receiving: Receiving
    endpoints: Callable[[Request], Sequence[sqs.Endpoint]]

    def __call__(self, request: Request) -> Response:
        try:
            return self._answer(request)
        except AwsError as error:
            return error.response()
        except Exception:
            log.exception("the stand-in failed", path=request.path)
            return AwsError("InternalServiceErrorException", "The stand-in failed.", 500).response()

    def _answer(self, request: Request) -> Response:
        if request.headers.get("x-amz-target", "").startswith(sqs.TARGET):
            signatures.require(request, "sqs")
            return sqs.answer(self.endpoints(request), request)
        if request.path.startswith(ses.PREFIX):
            signatures.require(request, "ses")
            return ses.answer(self.acceptance, request)
        if request.segments[0] == BUCKET:
            signatures.require(request, "s3")
            return s3.answer(self.receiving, request)
        if request.path == "/healthz":
            return Response(200, json.dumps({"status": "ok"}).encode())
        raise unknown_operation("This is neither an SES v2 nor an SQS request.")
