"""SES v2's REST-JSON operations. Paths and methods are read from botocore's own model."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from sandbox import identities
from sandbox.acceptance import Acceptance
from sandbox.account import State
from sandbox.bulk import send_bulk
from sandbox.errors import bad_request, json_object, not_found, unknown_operation
from sandbox.events import MATCHING_TYPES, TOPIC_ARN
from sandbox.http import Request, Response, request_id
from sandbox.shapes import ShapeError, input_check, service_model
from sandbox.single import send_single

SERVICE = "sesv2"
PREFIX = "/v2/email/"
MEMBER = re.compile(r"\\\{(\w+)\\\}")
UNLIMITED_RATE = 1e9

Json = dict[str, Any]
Operation = Callable[[Acceptance, Json], Json]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation's HTTP method and path."""

    operation: str
    method: str
    path: re.Pattern[str]


def answer(acceptance: Acceptance, request: Request) -> Response:
    """Answer one SES request.

    Raises:
        AwsError: in the shape botocore reads.
    """
    operation, params = _route(request)
    if request.body:
        params |= json_object(request.body)
    try:
        input_check(SERVICE, operation)(params, "")
    except ShapeError as error:
        raise bad_request(f"1 validation error detected: {error}") from None
    result = OPERATIONS[operation](acceptance, params)
    headers = (("x-amzn-RequestId", request_id()),)
    return Response(200, json.dumps(result).encode(), headers)


def get_account(acceptance: Acceptance, _params: Json) -> Json:
    limits = acceptance.account.limits
    return {
        "DedicatedIpAutoWarmupEnabled": False,
        "EnforcementStatus": "SHUTDOWN" if limits.state is State.SUSPENDED else "HEALTHY",
        "ProductionAccessEnabled": limits.production_access,
        "SendQuota": {
            "Max24HourSend": limits.max_24_hour_send,
            "MaxSendRate": UNLIMITED_RATE if limits.max_send_rate < 0 else limits.max_send_rate,
            "SentLast24Hours": float(acceptance.account.sent_last_24_hours),
        },
        "SendingEnabled": limits.state not in {State.PAUSED, State.SUSPENDED},
    }


def get_email_identity(acceptance: Acceptance, params: Json) -> Json:
    name = params["EmailIdentity"]
    verification = acceptance.identities.of(name.lower())
    if verification is None:
        raise not_found(f"Email identity {name} does not exist.")
    return identities.as_answered(name.lower(), verification)


def get_configuration_set(acceptance: Acceptance, params: Json) -> Json:
    name = params["ConfigurationSetName"]
    acceptance.identities.require_configuration_set(name)
    return {
        "ConfigurationSetName": name,
        "DeliveryOptions": {"TlsPolicy": "OPTIONAL"},
        "ReputationOptions": {"ReputationMetricsEnabled": False},
        "SendingOptions": {"SendingEnabled": True},
        "SuppressionOptions": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
        "Tags": [],
    }


def get_event_destinations(acceptance: Acceptance, params: Json) -> Json:
    acceptance.identities.require_configuration_set(params["ConfigurationSetName"])
    destination = {
        "Name": "checkin-events",
        "Enabled": True,
        "MatchingEventTypes": list(MATCHING_TYPES.values()),
        "SnsDestination": {"TopicArn": TOPIC_ARN},
    }
    return {"EventDestinations": [destination]}


OPERATIONS: dict[str, Operation] = {
    "SendBulkEmail": send_bulk,
    "SendEmail": send_single,
    "GetAccount": get_account,
    "GetEmailIdentity": get_email_identity,
    "GetConfigurationSet": get_configuration_set,
    "GetConfigurationSetEventDestinations": get_event_destinations,
}


@cache
def _routes() -> tuple[Route, ...]:
    model = service_model(SERVICE)
    return tuple(
        Route(
            name,
            model.operation_model(name).http["method"],
            re.compile(MEMBER.sub(r"(?P<\1>[^/]+)", re.escape(uri.partition("?")[0]))),
        )
        for name in model.operation_names
        for uri in [model.operation_model(name).http["requestUri"]]
    )


@cache
def _fixed_routes() -> dict[tuple[str, str], str]:
    model = service_model(SERVICE)
    https = {name: model.operation_model(name).http for name in OPERATIONS}
    return {
        (http["method"], http["requestUri"]): name
        for name, http in https.items()
        if "{" not in http["requestUri"]
    }


def _route(request: Request) -> tuple[str, Json]:
    path = request.path
    fixed = _fixed_routes().get((request.method, path))
    if fixed is not None:
        return fixed, {}
    for route in _routes():
        found = route.path.fullmatch(path) if route.method == request.method else None
        if found is not None and route.operation in OPERATIONS:
            return route.operation, {
                name: unquote(part) for name, part in found.groupdict().items()
            }
        if found is not None:
            raise unknown_operation(f"This stand-in for SES does not do {route.operation}.")
    raise unknown_operation("There is no such SES operation.")
