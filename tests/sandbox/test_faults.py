"""Faults on purpose, and the accept log that tells the truth through all of them."""

from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError, HTTPClientError

from tests.sandbox.conftest import ONCE, UNLIMITED
from tests.sandbox.requests import bulk, entry, statuses
from tests.support.faulty_ses import accept_log
from tests.support.faulty_ses.control import ControlError, SandboxControl
from tests.support.faulty_ses.faults import STATUSES
from tests.support.faulty_ses.service import FaultySandbox

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


def accepted(control: SandboxControl) -> int:
    return int(control.counters()["accepted"])


@pytest.mark.parametrize(
    ("kind", "kept"), [("drop-before", 0), ("drop-midway", 2), ("drop-after", 4)]
)
def test_a_dropped_connection_gives_no_answer(
    ses: "SESV2Client", control: SandboxControl, kind: str, kept: int
) -> None:
    control.fault(kind)
    with pytest.raises(HTTPClientError):
        ses.send_bulk_email(**bulk(*[entry()] * 4))
    assert accepted(control) == kept
    assert statuses(ses, bulk()) == ["SUCCESS"]
    assert control.counters()["faults"] == {kind: 1}


@pytest.mark.parametrize(("kind", "kept"), [("error-before", 0), ("error-after", 1)])
def test_a_server_error_before_or_after_acceptance(
    ses: "SESV2Client", control: SandboxControl, kind: str, kept: int
) -> None:
    control.fault(kind, status=503)
    with pytest.raises(ClientError) as caught:
        ses.send_bulk_email(**bulk())
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert accepted(control) == kept


@pytest.mark.parametrize(
    "code",
    ["LimitExceededException", "MessageRejected", "BadRequestException", "SendingPausedException"],
)
def test_an_error_can_be_any_of_ses_own(
    ses: "SESV2Client", control: SandboxControl, code: str
) -> None:
    control.fault("error-before", status=400, code=code)
    with pytest.raises(getattr(ses.exceptions, code)):
        ses.send_bulk_email(**bulk())


def test_the_next_calls_are_throttled_and_then_no_more(
    ses: "SESV2Client", control: SandboxControl
) -> None:
    control.fault("throttle", count=2)
    for _ in range(2):
        with pytest.raises(ses.exceptions.TooManyRequestsException):
            ses.send_bulk_email(**bulk())
    assert statuses(ses, bulk()) == ["SUCCESS"]


@pytest.mark.parametrize("kind", ["slow-before", "slow-after"])
def test_a_slow_answer_still_comes(ses: "SESV2Client", control: SandboxControl, kind: str) -> None:
    control.fault(kind, seconds=0.01)
    assert statuses(ses, bulk()) == ["SUCCESS"]
    assert control.counters()["faults"] == {kind: 1}


def test_faults_strike_as_often_as_their_seed_says(
    ses: "SESV2Client", control: SandboxControl
) -> None:
    rounds = []
    for _ in range(2):
        control.fault("throttle", count=None, probability=0.5, seed=3)
        struck = []
        for _ in range(12):
            try:
                ses.send_bulk_email(**bulk())
                struck.append(False)
            except ses.exceptions.TooManyRequestsException:
                struck.append(True)
        rounds.append(struck)
        control.clear_faults()
    assert rounds[0] == rounds[1]
    assert True in rounds[0]
    assert False in rounds[0]


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_of_ses_can_be_had(
    ses: "SESV2Client", control: SandboxControl, status: str
) -> None:
    control.status(status, count=2)
    assert statuses(ses, bulk(*[entry()] * 3)) == [status, status, "SUCCESS"]
    assert accepted(control) == (3 if status == "SUCCESS" else 1)


def test_a_status_can_be_for_one_address(ses: "SESV2Client", control: SandboxControl) -> None:
    control.status("FAILED", count=None, address="tenant-002@example.org")
    request = bulk(entry(), entry("tenant-002@example.org"), entry("tenant-003@example.org"))
    assert statuses(ses, request) == ["SUCCESS", "FAILED", "SUCCESS"]


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ({"first": 2}, ["FAILED", "FAILED", "SUCCESS", "SUCCESS"]),
        ({"last": 1}, ["SUCCESS", "SUCCESS", "SUCCESS", "FAILED"]),
        ({"first": 3, "last": 2}, ["SUCCESS", "SUCCESS", "FAILED", "SUCCESS"]),
        ({"last": 9}, ["FAILED"] * 4),
    ],
)
def test_a_status_can_be_for_the_first_or_last_entries_of_each_request(
    ses: "SESV2Client", control: SandboxControl, which: dict[str, int], expected: list[str]
) -> None:
    control.status("FAILED", count=None, **which)
    for _ in range(2):
        assert expected == statuses(ses, bulk(*[entry()] * 4))


def test_a_control_that_is_not_one_is_refused_in_a_sentence(control: SandboxControl) -> None:
    with pytest.raises(ControlError, match="there is no fault earthquake"):
        control.fault("earthquake")
    with pytest.raises(ControlError, match="there is no status PERHAPS"):
        control.status("PERHAPS")
    with pytest.raises(ControlError, match="there is no outcome lost"):
        control.outcome("a@example.org", "lost")
    with pytest.raises(ControlError, match="there is no event type Open"):
        control.events(types=["Open"])


def test_the_accept_log_holds_each_recipient_even_when_the_answer_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "accepted.jsonl"
    tags = [{"Name": "campaign", "Value": "7"}, {"Name": "attempt", "Value": "a1"}]
    with FaultySandbox(limits=UNLIMITED, inbox=None, accept_log=path, fsync=True) as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        ses = boto3.Session().client("sesv2", config=ONCE)
        sandbox.control.fault("drop-after")
        with pytest.raises(HTTPClientError):
            ses.send_bulk_email(**bulk(entry(ReplacementTags=tags), entry("b@example.org")))
        sandbox.control.fault("drop-before")
        with pytest.raises(HTTPClientError):
            ses.send_bulk_email(**bulk(entry("never@example.org")))
        lines = list(accept_log.read(path))
        ses.close()
    assert [line.address for line in lines] == ["tenant-001@example.org", "b@example.org"]
    assert (lines[0].tag("campaign"), lines[0].tag("attempt")) == ("7", "a1")
    assert lines[1].tag("attempt") is None
    assert len({line.message_id for line in lines}) == 2
    assert lines[0].at.tzinfo is not None


def test_a_line_torn_by_a_kill_is_left_out_and_does_not_spoil_the_next(tmp_path: Path) -> None:
    path = tmp_path / "accepted.jsonl"
    whole = '{"at": "2026-12-01T10:00:00+00:00", "monotonic": 1.0, "address": "a@example.org", '
    whole += '"message_id": "m", "outcome": "delivered", "tags": {}}\n'
    path.write_text(whole + whole[:40])
    assert [line.address for line in accept_log.read(path)] == ["a@example.org"]
    with accept_log.AcceptLog(path):
        assert path.stat().st_size == len(whole)
