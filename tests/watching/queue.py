"""An SQS that holds what it is given."""

from dataclasses import dataclass, field
from typing import Any, cast

from mypy_boto3_sqs import SQSClient

from campaigns.sending import feedback
from campaigns.sending.high_water_mark import HighWaterMark
from kit.clock import Clock
from kit.database import Database
from tests.support.sending import KeptMark


@dataclass
class FakeQueue:
    """Bodies that wait to be received, ten at a time."""

    bodies: list[str] = field(default_factory=list)

    def receive_message(self, **_: object) -> dict[str, Any]:
        taken, self.bodies = self.bodies[:10], self.bodies[10:]
        return {"Messages": [{"Body": body, "ReceiptHandle": "x"} for body in taken]}

    def delete_message_batch(self, **_: object) -> None:
        """What was received is gone already."""

    def get_queue_attributes(self, **_: object) -> dict[str, dict[str, str]]:
        return {"Attributes": {}}

    def drain(self, database: Database, clock: Clock, mark: HighWaterMark | None = None) -> None:
        """Let the campaign side take everything, as its job does."""
        client, kept = cast(SQSClient, self), mark or KeptMark()
        while feedback.poll(database, client, "queue", mark=kept, clock=clock):
            pass
