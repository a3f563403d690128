"""Rate, quota and the account's states."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.account import Account, AccountLimits, Refusal
from tests.sandbox.conftest import SteppedClock
from tests.sandbox.requests import bulk, entry, single, statuses
from tests.support.faulty_ses.control import SandboxControl

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

RATE = 14


def taken(account: Account, count: int) -> int:
    return sum(1 for _ in range(count) if isinstance(account.grant(1, charged=1), float))


def test_a_second_takes_the_rate_and_no_more(clock: SteppedClock) -> None:
    account = Account(AccountLimits(max_send_rate=RATE), monotonic=clock)
    assert taken(account, 50) == RATE


def test_a_second_slides_with_each_recipient(clock: SteppedClock) -> None:
    account = Account(AccountLimits(max_send_rate=2), monotonic=clock)
    assert taken(account, 1) == 1
    clock.now += 0.5
    assert taken(account, 5) == 1
    clock.now += 0.25
    assert taken(account, 5) == 0
    clock.now += 0.25
    assert taken(account, 5) == 1


def test_a_rate_below_one_takes_one_recipient_in_its_time(clock: SteppedClock) -> None:
    account = Account(AccountLimits(max_send_rate=0.5), monotonic=clock)
    assert taken(account, 3) == 1
    clock.now += 1.9
    assert taken(account, 3) == 0
    clock.now += 0.1
    assert taken(account, 3) == 1


@given(st.lists(st.tuples(st.floats(0, 0.7), st.integers(1, 20)), max_size=60))
def test_no_sliding_second_ever_holds_more_than_the_rate(steps: list[tuple[float, int]]) -> None:
    clock = SteppedClock()
    account = Account(AccountLimits(max_send_rate=RATE, max_24_hour_send=-1), monotonic=clock)
    moments: list[float] = []
    for pause, wanted in steps:
        clock.now += pause
        moments += [clock.now] * taken(account, wanted)
    busiest = max((sum(1 for m in moments if t - 1 < m <= t) for t in moments), default=0)
    assert busiest <= RATE


def test_the_quota_comes_back_after_a_day(clock: SteppedClock) -> None:
    account = Account(AccountLimits(max_send_rate=-1, max_24_hour_send=10), monotonic=clock)
    assert taken(account, 12) == 10
    assert account.grant(1, charged=1) is Refusal.QUOTA
    clock.now += 86_399
    assert account.sent_last_24_hours == 10
    clock.now += 1
    assert account.sent_last_24_hours == 0
    assert taken(account, 12) == 10


def test_bulk_entries_over_the_rate_are_throttled_one_by_one(
    ses: "SESV2Client", control: SandboxControl
) -> None:
    control.account(max_send_rate=RATE)
    assert statuses(ses, bulk(*[entry()] * 50)) == ["SUCCESS"] * 14 + ["ACCOUNT_THROTTLED"] * 36
    assert control.counters()["accepted"] == RATE


def test_a_single_mail_over_the_rate_raises_too_many_requests(
    ses: "SESV2Client", control: SandboxControl
) -> None:
    control.account(max_send_rate=0)
    with pytest.raises(ses.exceptions.TooManyRequestsException) as caught:
        ses.send_email(**single())
    assert caught.value.response["Error"]["Message"] == "Maximum sending rate exceeded."


def test_entries_over_the_daily_quota_say_so(ses: "SESV2Client", control: SandboxControl) -> None:
    control.account(max_24_hour_send=2)
    refused = "ACCOUNT_DAILY_QUOTA_EXCEEDED"
    assert statuses(ses, bulk(*[entry()] * 3)) == ["SUCCESS", "SUCCESS", refused]
    assert ses.get_account()["SendQuota"] == {
        "Max24HourSend": 2.0,
        "MaxSendRate": 1e9,
        "SentLast24Hours": 2.0,
    }
    with pytest.raises(ses.exceptions.TooManyRequestsException, match="Daily message quota"):
        ses.send_email(**single())


def test_simulator_mails_do_not_count_against_the_quota(
    ses: "SESV2Client", control: SandboxControl
) -> None:
    control.account(max_24_hour_send=0)
    request = bulk(entry("success+1@simulator.amazonses.com"))
    assert statuses(ses, request) == ["SUCCESS"]
    assert ses.get_account()["SendQuota"]["SentLast24Hours"] == 0


@pytest.mark.parametrize(
    ("state", "exception"),
    [
        ("paused", "SendingPausedException"),
        ("suspended", "AccountSuspendedException"),
        ("mail-from-not-verified", "MailFromDomainNotVerifiedException"),
    ],
)
def test_an_account_that_may_not_send_says_why(
    ses: "SESV2Client", control: SandboxControl, state: str, exception: str
) -> None:
    control.account(state=state)
    with pytest.raises(getattr(ses.exceptions, exception)):
        ses.send_bulk_email(**bulk())
    with pytest.raises(getattr(ses.exceptions, exception)):
        ses.send_email(**single())
    assert control.counters()["accepted"] == 0
    control.account(state="enabled")
    assert statuses(ses, bulk()) == ["SUCCESS"]


def test_the_account_tells_whether_it_may_send(ses: "SESV2Client", control: SandboxControl) -> None:
    assert ses.get_account()["SendingEnabled"] is True
    control.account(state="suspended", production_access=False)
    shown = ses.get_account()
    assert shown["SendingEnabled"] is False
    assert shown["ProductionAccessEnabled"] is False
    assert shown["EnforcementStatus"] == "SHUTDOWN"


def test_identity_configuration_set_and_its_destinations_can_be_asked_for(
    ses: "SESV2Client",
) -> None:
    assert ses.get_email_identity(EmailIdentity="example.org")["VerifiedForSendingStatus"] is True
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.get_email_identity(EmailIdentity="example.net")
    name = "check-in"
    shown = ses.get_configuration_set(ConfigurationSetName=name)
    assert shown["ConfigurationSetName"] == name
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.get_configuration_set(ConfigurationSetName="other")
    found = ses.get_configuration_set_event_destinations(ConfigurationSetName=name)
    (destination,) = found["EventDestinations"]
    assert {"SEND", "BOUNCE", "COMPLAINT"} <= set(destination["MatchingEventTypes"])


def test_a_mail_from_domain_that_was_not_seen_is_refused_and_told(
    ses: "SESV2Client", control: SandboxControl
) -> None:
    control.identity("example.org", mail_from_domain="b.example.org", mail_from_status="PENDING")
    shown = ses.get_email_identity(EmailIdentity="example.org")
    assert {
        "MailFromDomain": "b.example.org",
        "MailFromDomainStatus": "PENDING",
        "BehaviorOnMxFailure": "REJECT_MESSAGE",
    } == shown["MailFromAttributes"]
    assert 3 == len(shown["DkimAttributes"]["Tokens"])
    with pytest.raises(ses.exceptions.MailFromDomainNotVerifiedException):
        ses.send_email(**single())
    control.identity("example.org", on_mx_failure="USE_DEFAULT_VALUE")
    ses.send_email(**single())
