"""SQS's JSON protocol for a few queues."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.errors import AwsError, json_object
from sandbox.events import ACCOUNT_ID, REGION
from sandbox.http import Request, Response, request_id
from sandbox.queue import MessageQueue, ReceiptInvalid, Received, md5_of
from sandbox.shapes import ShapeError, input_check, service_model

SERVICE = "sqs"
TARGET = "AmazonSQS."
CONTENT_TYPE = "application/x-amz-json-1.0"
MAX_BATCH = 10
MAX_WAIT = 20
MAX_VISIBILITY = 43_200
MAX_DELAY = 900
MAX_BODY = 1024 * 1024
RETENTION = 345_600

Json = dict[str, Any]


@dataclass(frozen=True)
class Endpoint:
    """A queue and the address under which it is reached; `url` ends without a slash."""

    queue: MessageQueue
    url: str

    @property
    def queue_url(self) -> str:
        return f"{self.url}/{ACCOUNT_ID}/{self.queue.name}"


Operation = Callable[[Endpoint, Json], Json]


def answer(endpoints: Sequence[Endpoint], request: Request) -> Response:
    """Answer one SQS request, about one of these queues.

    Raises:
        AwsError: in the shape botocore reads.
    """
    name = request.headers["x-amz-target"].removeprefix(TARGET)
    if name not in OPERATIONS:
        known = name in service_model(SERVICE).operation_names
        text = f"This stand-in for SQS does not do {name}." if known else "Unknown operation."
        raise AwsError("UnknownOperationException", text)
    params = json_object(request.body)
    if name == "GetQueueAttributes":
        _refuse_unknown_attributes(params)
    try:
        input_check(SERVICE, name)(params, "")
    except ShapeError as error:
        raise AwsError("InvalidParameterValue", f"{error}.") from None
    result = OPERATIONS[name](_named(endpoints, params), params)
    headers = (("x-amzn-RequestId", request_id()),)
    return Response(200, json.dumps(result).encode(), headers, CONTENT_TYPE)


def get_queue_url(endpoint: Endpoint, _params: Json) -> Json:
    return {"QueueUrl": endpoint.queue_url}


def get_queue_attributes(endpoint: Endpoint, params: Json) -> Json:
    depth = endpoint.queue.depth()
    known = {
        "ApproximateNumberOfMessages": depth.visible,
        "ApproximateNumberOfMessagesNotVisible": depth.in_flight,
        "ApproximateNumberOfMessagesDelayed": depth.delayed,
        "VisibilityTimeout": int(endpoint.queue.visibility),
        "MaximumMessageSize": MAX_BODY,
        "MessageRetentionPeriod": RETENTION,
        "DelaySeconds": 0,
        "ReceiveMessageWaitTimeSeconds": 0,
        "QueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{endpoint.queue.name}",
    }
    wanted = set(params.get("AttributeNames") or ())
    shown = known if "All" in wanted else {name: known[name] for name in wanted & known.keys()}
    return {"Attributes": {name: str(value) for name, value in shown.items()}} if shown else {}


def receive_message(endpoint: Endpoint, params: Json) -> Json:
    limit = _within(params, "MaxNumberOfMessages", 1, MAX_BATCH, default=1)
    wait = _within(params, "WaitTimeSeconds", 0, MAX_WAIT, default=0)
    visibility = _within(params, "VisibilityTimeout", 0, MAX_VISIBILITY, default=None)
    received = endpoint.queue.receive(limit=limit or 1, wait=wait or 0, visibility=visibility)
    wanted = set(params.get("MessageSystemAttributeNames") or params.get("AttributeNames") or ())
    return {"Messages": [_written(item, wanted) for item in received]} if received else {}


def delete_message(endpoint: Endpoint, params: Json) -> Json:
    try:
        endpoint.queue.delete(params["ReceiptHandle"])
    except ReceiptInvalid:
        raise AwsError("ReceiptHandleIsInvalid", "The input receipt handle is invalid.") from None
    return {}


def delete_message_batch(endpoint: Endpoint, params: Json) -> Json:
    entries = params["Entries"]
    _check_batch(entries)
    result: Json = {"Successful": [], "Failed": []}
    for entry in entries:
        try:
            endpoint.queue.delete(entry["ReceiptHandle"])
            result["Successful"].append({"Id": entry["Id"]})
        except ReceiptInvalid:
            failed = {"Id": entry["Id"], "SenderFault": True, "Code": "ReceiptHandleIsInvalid"}
            result["Failed"].append(failed)
    return result


def send_message(endpoint: Endpoint, params: Json) -> Json:
    body = params["MessageBody"]
    if not 1 <= len(body.encode()) <= MAX_BODY:
        raise AwsError("InvalidParameterValue", f"The body must have 1 to {MAX_BODY} bytes.")
    delay = _within(params, "DelaySeconds", 0, MAX_DELAY, default=0)
    message_id = endpoint.queue.send(lambda: body, delay=delay or 0)
    return {"MessageId": message_id, "MD5OfMessageBody": md5_of(body)}


def purge_queue(endpoint: Endpoint, _params: Json) -> Json:
    endpoint.queue.purge()
    return {}


OPERATIONS: dict[str, Operation] = {
    "GetQueueUrl": get_queue_url,
    "GetQueueAttributes": get_queue_attributes,
    "ReceiveMessage": receive_message,
    "DeleteMessage": delete_message,
    "DeleteMessageBatch": delete_message_batch,
    "SendMessage": send_message,
    "PurgeQueue": purge_queue,
}


def _named(endpoints: Sequence[Endpoint], params: Json) -> Endpoint:
    """The queue that a request names, by its URL or by its name."""
    name = params.get("QueueName") or params["QueueUrl"].rpartition("/")[2]
    found = next((each for each in endpoints if each.queue.name == name), None)
    if found is None:
        raise _no_such_queue()
    return found


def _refuse_unknown_attributes(params: Json) -> None:
    """Raise SQS's own error for unknown attributes, instead of a parameter error."""
    shape = service_model(SERVICE).shape_for("QueueAttributeName")
    known = set(getattr(shape, "enum", ()))
    unknown = [name for name in params.get("AttributeNames") or () if name not in known]
    if unknown:
        raise AwsError("InvalidAttributeName", f"Unknown Attribute {unknown[0]}.")


def _check_batch(entries: list[Json]) -> None:
    ids = [entry["Id"] for entry in entries]
    if not ids:
        raise _batch_error("EmptyBatchRequest", "There are no entries in the batch.")
    if len(ids) > MAX_BATCH:
        raise _batch_error("TooManyEntriesInBatchRequest", f"At most {MAX_BATCH} entries a batch.")
    if len(set(ids)) < len(ids):
        raise _batch_error("BatchEntryIdsNotDistinct", "Two entries have the same Id.")


def _written(item: Received, wanted: set[str]) -> Json:
    attributes = {
        "SentTimestamp": str(round(item.sent_at * 1000)),
        "ApproximateReceiveCount": str(item.receive_count),
        "ApproximateFirstReceiveTimestamp": str(round(item.first_received_at * 1000)),
        "SenderId": ACCOUNT_ID,
    }
    shown = {name: text for name, text in attributes.items() if wanted & {"All", name}}
    return {
        "MessageId": item.message_id,
        "ReceiptHandle": item.receipt_handle,
        "MD5OfBody": item.md5,
        "Body": item.body,
        **({"Attributes": shown} if shown else {}),
    }


def _within(params: Json, name: str, low: int, high: int, *, default: int | None) -> int | None:
    value: int | None = params.get(name)
    if value is None:
        return default
    if not low <= value <= high:
        raise AwsError("InvalidParameterValue", f"{name} must be between {low} and {high}.")
    return value


def _no_such_queue() -> AwsError:
    return AwsError(
        "QueueDoesNotExist",
        "The specified queue does not exist.",
        query_code="AWS.SimpleQueueService.NonExistentQueue",
    )


def _batch_error(name: str, message: str) -> AwsError:
    return AwsError(name, message, query_code=f"AWS.SimpleQueueService.{name}")
