"""The contract with botocore's model: what it calls valid is taken, every mutation is refused."""

import base64
import copy
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.validate import ParamValidator

from kit.clock import utc_now
from sandbox.ses import OPERATIONS as SES
from sandbox.shapes import ShapeError, input_check, service_model
from sandbox.sqs import OPERATIONS as SQS
from tests.sandbox.requests import bulk, entry, single
from tests.support.faulty_ses.control import SandboxControl
from tests.support.faulty_ses.service import FaultySandbox

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

ALL = [("sesv2", name) for name in SES] + [("sqs", name) for name in SQS]
WITH_INPUT = [
    (service, name)
    for service, name in ALL
    if getattr(service_model(service).operation_model(name).input_shape, "members", None)
]
BY_PATTERN = {"MessageHeaderName": "X-Note", "MessageHeaderValue": "value"}


def shape_of(service: str, operation: str) -> Shape:
    shape = service_model(service).operation_model(operation).input_shape
    assert shape is not None
    return shape


def example(shape: Shape, *, full: bool) -> Any:
    """A value the model calls valid, with every member or only the required ones."""
    if isinstance(shape, StructureShape):
        wanted = shape.members if full else shape.required_members
        return {name: example(shape.members[name], full=full) for name in wanted}
    if isinstance(shape, ListShape):
        return [example(shape.member, full=full)] * max(1, shape.metadata.get("min", 1))
    if isinstance(shape, MapShape):
        return {example(shape.key, full=full): example(shape.value, full=full)}
    return scalar(shape)


def scalar(shape: Shape) -> Any:
    if shape.type_name == "string":
        enum = getattr(shape, "enum", [])
        return enum[0] if enum else BY_PATTERN.get(shape.name, "x" * shape.metadata.get("min", 1))
    if shape.type_name == "blob":
        return base64.b64encode(b"Hello").decode()
    return {"boolean": True}.get(shape.type_name, shape.metadata.get("min", 1))


Mutation = tuple[str, Any]


def mutations(shape: Shape, value: Any, where: str = "") -> Iterator[Mutation]:
    """The same request made wrong in one place, in every place and every way."""
    yield f"{where} of another type", object_of_another_type(shape)
    yield from bounds(shape, value, where)
    if isinstance(shape, StructureShape):
        yield f"{where} with an unknown member", {**value, "NoSuchMember": 1}
        for name in shape.required_members:
            yield f"{where} without {name}", {k: v for k, v in value.items() if k != name}
        for name, item in value.items():
            for what, wrong in mutations(shape.members[name], item, f"{where}.{name}"):
                yield what, {**value, name: wrong}
    elif isinstance(shape, ListShape):
        for what, wrong in mutations(shape.member, value[0], f"{where}[]"):
            yield what, [wrong, *value[1:]]


def object_of_another_type(shape: Shape) -> Any:
    return {"a": 1} if shape.type_name == "list" else ["text"]


def bounds(shape: Shape, value: Any, where: str) -> Iterator[Mutation]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if shape.type_name in {"string", "list"} and low:
        yield f"{where} too short", value[: low - 1]
    if shape.type_name in {"string", "list"} and high is not None:
        yield f"{where} too long", (value[:1]) * (high + 1)
    if getattr(shape, "enum", None):
        yield f"{where} not of the set", "NO_SUCH_VALUE"
    if shape.type_name == "string" and "pattern" in shape.metadata:
        yield f"{where} against the pattern", "é"
    if shape.type_name == "blob":
        yield f"{where} not base64", "é"


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize(("service", "operation"), WITH_INPUT)
def test_what_botocore_calls_valid_is_taken(service: str, operation: str, full: bool) -> None:
    shape = shape_of(service, operation)
    request = example(shape, full=full)
    assert not ParamValidator().validate(request, shape).has_errors()
    input_check(service, operation)(request, "")


@pytest.mark.parametrize(("service", "operation"), WITH_INPUT)
def test_every_mutation_is_refused(service: str, operation: str) -> None:
    shape = shape_of(service, operation)
    passed = []
    wrongs = list(mutations(shape, example(shape, full=True)))
    for what, wrong in wrongs:
        try:
            input_check(service, operation)(wrong, "")
        except ShapeError:
            continue
        passed.append(what)
    assert passed == []
    assert len(wrongs) > 1


@pytest.mark.parametrize(("service", "operation"), WITH_INPUT)
def test_what_botocore_refuses_is_refused(service: str, operation: str) -> None:
    shape = shape_of(service, operation)
    for _what, wrong in mutations(shape, example(shape, full=True)):
        if ParamValidator().validate(wrong, shape).has_errors():
            with pytest.raises(ShapeError):
                input_check(service, operation)(wrong, "")


def test_the_error_names_the_member() -> None:
    request = bulk(entry(ReplacementTags=[{"Name": "delivery"}]))
    with pytest.raises(ShapeError, match=r"'BulkEmailEntries\.ReplacementTags\.Value'"):
        input_check("sesv2", "SendBulkEmail")(request, "")


@pytest.mark.parametrize("operation", ["SendBulkEmail", "SendEmail"])
def test_a_mutated_request_is_refused_over_http_and_nothing_is_accepted(
    unchecked_ses: "SESV2Client", sandbox: FaultySandbox, operation: str
) -> None:
    request = bulk() if operation == "SendBulkEmail" else single()
    send = (
        unchecked_ses.send_bulk_email if operation == "SendBulkEmail" else unchecked_ses.send_email
    )
    send(**request)
    overrides = {"Tracking": {"OpenTrackingEnabled": "PERHAPS"}}
    for wrong in ({"FromEmailAddress": 7}, {"ConfigurationOverrides": overrides}):
        with pytest.raises(unchecked_ses.exceptions.BadRequestException):
            send(**{**copy.deepcopy(request), **wrong})
    assert sandbox.control.counters()["accepted"] == 1


def test_tracking_can_be_switched_off_for_a_request(
    ses: "SESV2Client", control: SandboxControl
) -> None:
    tracking = {"OpenTrackingEnabled": "DISABLED", "ClickTrackingEnabled": "DISABLED"}
    ses.send_bulk_email(**bulk(ConfigurationOverrides={"Tracking": tracking}))
    assert control.counters()["accepted"] == 1


def test_a_body_that_is_not_json_is_refused(sandbox: FaultySandbox) -> None:
    connection = HTTPConnection(sandbox.url.removeprefix("http://"), timeout=60)
    now = utc_now()
    scope = f"{now:%Y%m%d}/eu-west-2/ses/aws4_request"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential=a/{scope}, SignedHeaders=host",
        "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
    }
    for body in ("{", "[]"):
        connection.request("POST", "/v2/email/outbound-bulk-emails", body, headers)
        response = connection.getresponse()
        answer = response.read()
        assert (response.status, response.headers["x-amzn-ErrorType"]) == (
            400,
            "SerializationException",
        ), answer
    connection.close()


def test_an_error_has_the_shape_that_botocore_parses(ses: "SESV2Client") -> None:
    with pytest.raises(ClientError) as caught:
        ses.get_email_identity(EmailIdentity="example.net")
    error = caught.value.response
    assert error["Error"]["Code"] == "NotFoundException"
    assert error["Error"]["Message"] == "Email identity example.net does not exist."
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert error["ResponseMetadata"]["RequestId"]
