"""The queue: visibility timeout, redelivery, long polling, batches; its clock is in our hands."""

import threading
from typing import TYPE_CHECKING

import pytest

from sandbox.queue import Depth, MessageQueue, ReceiptInvalid
from sandbox.service import Sandbox
from tests.sandbox.conftest import SteppedClock

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@pytest.fixture
def queue(clock: SteppedClock) -> MessageQueue:
    return MessageQueue("events", visibility=30, monotonic=clock)


def test_a_received_message_hides_and_then_comes_again(
    queue: MessageQueue, clock: SteppedClock
) -> None:
    queue.send(lambda: "one")
    (first,) = queue.receive()
    assert queue.receive() == []
    assert queue.depth() == Depth(visible=0, in_flight=1, delayed=0)
    clock.now += 30
    (second,) = queue.receive()
    assert (second.body, second.receive_count) == ("one", 2)
    assert second.message_id == first.message_id


def test_a_deleted_message_never_comes_again(queue: MessageQueue, clock: SteppedClock) -> None:
    queue.send(lambda: "one")
    queue.delete(queue.receive()[0].receipt_handle)
    clock.now += 1000
    assert queue.receive() == []


def test_an_older_receipt_deletes_nothing(queue: MessageQueue, clock: SteppedClock) -> None:
    queue.send(lambda: "one")
    (old,) = queue.receive()
    clock.now += 30
    (new,) = queue.receive()
    queue.delete(old.receipt_handle)
    assert queue.depth().in_flight == 1
    queue.delete(new.receipt_handle)
    assert queue.depth() == Depth(0, 0, 0)


def test_a_receipt_of_another_make_is_refused(queue: MessageQueue) -> None:
    with pytest.raises(ReceiptInvalid):
        queue.delete("nonsense")


def test_a_receiver_sets_its_own_visibility_timeout(
    queue: MessageQueue, clock: SteppedClock
) -> None:
    queue.send(lambda: "one")
    queue.receive(visibility=5)
    clock.now += 4.9
    assert queue.receive() == []
    clock.now += 0.1
    assert len(queue.receive()) == 1


def test_a_delayed_message_waits(queue: MessageQueue, clock: SteppedClock) -> None:
    queue.send(lambda: "late", delay=10)
    assert queue.depth() == Depth(visible=0, in_flight=0, delayed=1)
    clock.now += 10
    assert [message.body for message in queue.receive()] == ["late"]


def test_the_oldest_messages_are_forgotten_past_the_capacity(clock: SteppedClock) -> None:
    queue = MessageQueue("small", capacity=2, monotonic=clock)
    queue.send(lambda: "one")
    queue.send(lambda: "two")
    queue.send(lambda: "three")
    assert [message.body for message in queue.receive(limit=10)] == ["two", "three"]
    assert queue.expired == 1


def test_a_long_poll_ends_with_the_first_message() -> None:
    queue = MessageQueue("events")
    threading.Timer(0.05, queue.send, [lambda: "come"]).start()
    assert [message.body for message in queue.receive(wait=20)] == ["come"]


def test_closing_lets_a_long_poll_go() -> None:
    queue = MessageQueue("events")
    threading.Timer(0.05, queue.close).start()
    assert queue.receive(wait=60) == []


def test_boto3_sends_receives_and_deletes_in_batches(sqs: "SQSClient", sandbox: Sandbox) -> None:
    url = sqs.get_queue_url(QueueName="check-in-events")["QueueUrl"]
    assert url == sandbox.queue_url
    for number in range(12):
        sqs.send_message(QueueUrl=url, MessageBody=f"message {number}")
    answer = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    )
    messages = answer["Messages"]
    assert [message["Body"] for message in messages] == [f"message {n}" for n in range(10)]
    assert messages[0]["Attributes"]["ApproximateReceiveCount"] == "1"
    entries = [
        {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
        for number, message in enumerate(messages)
    ]
    entries[9]["ReceiptHandle"] = "nonsense"
    result = sqs.delete_message_batch(QueueUrl=url, Entries=entries)  # type: ignore[arg-type]
    assert [item["Id"] for item in result["Successful"]] == [str(n) for n in range(9)]
    assert [item["Code"] for item in result["Failed"]] == ["ReceiptHandleIsInvalid"]
    shown = sqs.get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "VisibilityTimeout"]
    )
    assert shown["Attributes"] == {"ApproximateNumberOfMessages": "2", "VisibilityTimeout": "30"}
    sqs.purge_queue(QueueUrl=url)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_the_queues_limits_and_errors_are_sqs_own(sqs: "SQSClient", sandbox: Sandbox) -> None:
    url = sandbox.queue_url
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.receive_message(QueueUrl=url + "-other")
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="other")
    with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
        sqs.delete_message(QueueUrl=url, ReceiptHandle="nonsense")
    with pytest.raises(sqs.exceptions.ClientError, match="between 1 and 10"):
        sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=11)
    with pytest.raises(sqs.exceptions.ClientError, match="between 0 and 20"):
        sqs.receive_message(QueueUrl=url, WaitTimeSeconds=21)
    with pytest.raises(sqs.exceptions.InvalidAttributeName):
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Colour"])  # type: ignore[list-item]
    entry = {"Id": "1", "ReceiptHandle": "x"}
    with pytest.raises(sqs.exceptions.BatchEntryIdsNotDistinct):
        sqs.delete_message_batch(QueueUrl=url, Entries=[entry, entry])  # type: ignore[list-item]
    with pytest.raises(sqs.exceptions.EmptyBatchRequest):
        sqs.delete_message_batch(QueueUrl=url, Entries=[])
    many = [{"Id": str(number), "ReceiptHandle": "x"} for number in range(11)]
    with pytest.raises(sqs.exceptions.TooManyEntriesInBatchRequest):
        sqs.delete_message_batch(QueueUrl=url, Entries=many)  # type: ignore[arg-type]
    with pytest.raises(sqs.exceptions.ClientError, match="does not do ListQueues"):
        sqs.list_queues()
