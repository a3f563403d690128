"""Which request goes where: SES by path, SQS by target, the control API under `/_sandbox/`."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from kit.log import get_logger
from sandbox import control_api, ses, sqs
from sandbox.acceptance import Acceptance
from sandbox.errors import AwsError, unknown_operation
from sandbox.http import Dropped, Request, Response

log = get_logger(__name__)

SIGNED = re.compile(r"AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/[^/]+/(\w+)/aws4_request")
FORBIDDEN = 403


@dataclass(frozen=True)
class Router:
    """Everything that one port answers."""

    acceptance: Acceptance
    endpoint: Callable[[Request], sqs.Endpoint]

    def __call__(self, request: Request) -> Response:
        try:
            return self._answer(request)
        except AwsError as error:
            return error.response()
        except Dropped:
            raise
        except Exception:
            log.exception("the stand-in failed", path=request.path)
            return AwsError("InternalServiceErrorException", "The stand-in failed.", 500).response()

    def _answer(self, request: Request) -> Response:
        if request.path.startswith(control_api.PREFIX):
            return control_api.answer(self.acceptance, request)
        if request.headers.get("x-amz-target", "").startswith(sqs.TARGET):
            _require_signature(request, "sqs")
            return sqs.answer(self.endpoint(request), request)
        if request.path.startswith(ses.PREFIX):
            _require_signature(request, "ses")
            return ses.answer(self.acceptance, request)
        if request.path == "/healthz":
            return Response(200, json.dumps({"status": "ok"}).encode())
        raise unknown_operation("This is neither an SES v2 nor an SQS request.")


def _require_signature(request: Request, service: str) -> None:
    """Any credentials do, but an unsigned request, or one signed for another service, does not."""
    found = SIGNED.match(request.headers.get("authorization", ""))
    if found is None:
        raise AwsError(
            "MissingAuthenticationTokenException", "Missing Authentication Token", FORBIDDEN
        )
    if found[1] != service:
        raise AwsError(
            "InvalidSignatureException",
            f"Credential should be scoped to correct service: '{service}'.",
            FORBIDDEN,
        )
