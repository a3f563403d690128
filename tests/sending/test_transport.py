import json
from datetime import datetime

import botocore.session
import pytest
from botocore.validate import ParamValidator

from campaigns.models import Cause, Message
from campaigns.ses.transport import BATCH_MAX, BulkTransport, Envelope, Mail, Outcome
from campaigns.ses.verdicts import Verdict
from tests.support.sending import HASH, MONTH, ScriptedSes, address, client_error

ATTEMPT = "attempt-1"


def mails(count: int) -> list[Mail]:
    return [
        Mail(n, address(n), f"https://portal.example/r/{n}", f"https://portal.example/stop/{n}")
        for n in range(1, count + 1)
    ]


@pytest.fixture
def message(now: datetime) -> Message:
    return Message(
        content_hash=HASH,
        month=MONTH,
        subject="Subject",
        html="<p>{{reply_link}}</p>",
        text="{{stop_link}}",
        questions=["work"],
        compiled_at=now,
    )


def transport(ses: ScriptedSes, message: Message) -> BulkTransport:
    envelope = Envelope("Check-in <check-in@example.org>", "help@example.org", "check-in", 7)
    return BulkTransport(ses, envelope, message)  # type: ignore[arg-type]


def test_a_request_has_the_shape_that_ses_asks_for(message: Message) -> None:
    ses = ScriptedSes()
    transport(ses, message).send(mails(BATCH_MAX), ATTEMPT)
    model = botocore.session.get_session().get_service_model("sesv2")
    shape = model.operation_model("SendBulkEmail").input_shape
    assert shape is not None
    report = ParamValidator().validate(ses.requests[0], shape)
    assert report.generate_report() == ""


def test_each_mail_carries_its_links_its_headers_and_its_tags(message: Message) -> None:
    ses = ScriptedSes()
    transport(ses, message).send(mails(2), ATTEMPT)
    entry = ses.requests[0]["BulkEmailEntries"][1]
    template = entry["ReplacementEmailContent"]["ReplacementTemplate"]
    assert json.loads(template["ReplacementTemplateData"]) == {
        "reply_link": "https://portal.example/r/2",
        "stop_link": "https://portal.example/stop/2",
        "welsh_link": "https://portal.example/cy/r/2",
        "welsh_stop_link": "https://portal.example/cy/stop/2",
        "portal": "portal.example",
    }
    assert entry["Destination"] == {"ToAddresses": [address(2)]}
    assert {header["Name"]: header["Value"] for header in entry["ReplacementHeaders"]} == {
        "List-Unsubscribe": "<https://portal.example/stop/2>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert {tag["Name"]: tag["Value"] for tag in entry["ReplacementTags"]} == {
        "campaign": "7",
        "delivery": "2",
        "attempt": ATTEMPT,
    }


def test_every_mail_names_its_list(message: Message) -> None:
    ses = ScriptedSes()
    transport(ses, message).send(mails(1), ATTEMPT)
    headers = ses.requests[0]["DefaultContent"]["Template"]["Headers"]
    assert {"Name": "List-Id", "Value": "rent-flex check-in <check-in.example.org>"} in headers


def test_tracking_is_switched_off_for_every_request(message: Message) -> None:
    ses = ScriptedSes()
    transport(ses, message).send(mails(1), ATTEMPT)
    assert ses.requests[0]["ConfigurationOverrides"]["Tracking"] == {
        "OpenTrackingEnabled": "DISABLED",
        "ClickTrackingEnabled": "DISABLED",
    }


def test_each_entry_has_its_own_outcome(message: Message) -> None:
    ses = ScriptedSes([lambda _: ["SUCCESS", "MESSAGE_REJECTED", "TRANSIENT_FAILURE"]])
    assert transport(ses, message).send(mails(3), ATTEMPT) == [
        Outcome(1, Verdict.ACCEPTED, message_id="ses-1"),
        Outcome(2, Verdict.REFUSED, cause=Cause.MESSAGE_REJECTED),
        Outcome(3, Verdict.RETRY, cause=Cause.TRANSIENT_FAILURE),
    ]


def test_a_request_refused_whole_is_halved_until_the_refused_one_stands_alone(
    message: Message,
) -> None:
    refused = client_error("BadRequestException", 400)

    class PickySes(ScriptedSes):
        def send_bulk_email(self, **request: object) -> dict[str, object]:
            entries: list[dict[str, dict[str, list[str]]]] = request["BulkEmailEntries"]  # type: ignore[assignment]
            if any(address(3) in entry["Destination"]["ToAddresses"] for entry in entries):
                raise refused
            return super().send_bulk_email(**request)

    outcomes = transport(PickySes(), message).send(mails(8), ATTEMPT)
    verdicts = {outcome.delivery_id: outcome.verdict for outcome in outcomes}
    assert verdicts == dict.fromkeys((1, 2, 4, 5, 6, 7, 8), Verdict.ACCEPTED) | {3: Verdict.REFUSED}


def test_a_lost_answer_is_uncertain_for_all_and_posted_once(message: Message) -> None:
    ses = ScriptedSes([client_error("InternalFailure", 500)])
    outcomes = transport(ses, message).send(mails(3), ATTEMPT)
    assert [outcome.verdict for outcome in outcomes] == [Verdict.UNCERTAIN] * 3
    assert len(ses.requests) == 1


def test_an_answer_with_too_few_entries_is_uncertain_for_all(message: Message) -> None:
    class ShortSes(ScriptedSes):
        def send_bulk_email(self, **request: object) -> dict[str, object]:
            return {"BulkEmailEntryResults": [{"Status": "SUCCESS", "MessageId": "x"}]}

    outcomes = transport(ShortSes(), message).send(mails(2), ATTEMPT)
    assert [outcome.verdict for outcome in outcomes] == [Verdict.UNCERTAIN] * 2
