"""A campaign in mid-send, a clock to turn, and an SES that answers as it is told."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from botocore.exceptions import ClientError
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, CampaignState, Delivery, Message, Series
from campaigns.sending.context import SendContext
from campaigns.sending.high_water_mark import HighWaterMark
from campaigns.ses import account
from campaigns.ses.rate_limiter import RateLimiter
from kit.database import Database

MONTH = "2026-12"
DIGEST_KEY = bytes(range(32))
HASH = "a" * 64
UNLIMITED = {"max_send_rate": 100_000.0, "daily_quota": -1.0, "sent_last_day": 0.0}


@dataclass
class ManualClock:
    """A clock that stays where it is set."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **duration: float) -> datetime:
        self.now += timedelta(**duration)
        return self.now


@dataclass
class FreeLimiter:
    """Every turn is now; what was asked for is remembered."""

    turns: list[int] = field(default_factory=list)

    def reserve(self, count: int, rate: float) -> float:
        self.turns.append(count)
        return 0.0


@dataclass
class KeptMark(HighWaterMark):
    """Remembers in this process what a database may forget."""

    number: int = 0

    def read(self) -> int:
        return self.number

    def raise_to(self, number: int) -> None:
        self.number = max(self.number, number)


@dataclass
class ScriptedSes:
    """Answers each SendBulkEmail with the next of `script`: a status, an error or a callable."""

    script: list[Any] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    one_at_a_time: Lock = field(default_factory=Lock)

    def send_bulk_email(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        step = self.script.pop(0) if self.script else "SUCCESS"
        if isinstance(step, Exception):
            raise step
        statuses = step(request) if callable(step) else [step] * len(request["BulkEmailEntries"])
        with self.one_at_a_time:
            return {"BulkEmailEntryResults": self._results(request, statuses)}

    def _results(self, request: dict[str, Any], statuses: Iterable[str]) -> list[dict[str, str]]:
        results = []
        for entry, status in zip(request["BulkEmailEntries"], statuses, strict=True):
            if status == "SUCCESS":
                self.accepted.append(entry["Destination"]["ToAddresses"][0])
                results.append({"Status": status, "MessageId": f"ses-{len(self.accepted)}"})
            else:
                results.append({"Status": status, "Error": "told to"})
        return results


def client_error(code: str, status: int) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": code, "Message": "told to"},
            "ResponseMetadata": {
                "HTTPStatusCode": status,
                "RequestId": "r",
                "HTTPHeaders": {},
                "RetryAttempts": 0,
                "HostId": "h",
            },
        },
        "SendBulkEmail",
    )


def address(number: int) -> str:
    return f"tenant-{number:03}@example.org"


def sending_campaign(
    database: Database,
    now: datetime,
    *,
    size: int,
    month: str = MONTH,
    state: CampaignState = CampaignState.SENDING,
    window: timedelta = timedelta(hours=48),
) -> int:
    """A campaign whose audience is frozen and queued, and an account without limits; its id."""
    with database.writing() as session:
        account.store_limits(session, UNLIMITED, now=now)
        addresses = [address(number) for number in range(1, size + 1)]
        return queued_campaign(
            session, addresses, send_at=now, month=month, state=state, window=window
        )


def queued_campaign(
    session: Session,
    addresses: Sequence[str],
    *,
    send_at: datetime,
    month: str = MONTH,
    state: CampaignState,
    window: timedelta,
) -> int:
    """A campaign with a message and a delivery for each address; its id."""
    seconds = int(window.total_seconds())
    if session.get(Series, "monthly") is None:
        session.add_all([_series(seconds), _message(month, send_at)])
        session.flush()
    campaign = Campaign(
        month=month,
        series="monthly",
        state=state,
        send_at=send_at,
        window_seconds=seconds,
        content_hash=HASH,
        audience=len(addresses),
        frozen_at=send_at,
    )
    session.add(campaign)
    session.flush()
    session.add_all(
        Delivery(
            campaign_id=campaign.id,
            address=recipient,
            reply_link=f"https://portal.example/r/token-{number}",
            stop_link=f"https://portal.example/stop/token-{number}",
        )
        for number, recipient in enumerate(addresses, start=1)
    )
    return campaign.id


def _series(window_seconds: int) -> Series:
    return Series(
        name="monthly",
        rule="first-working-day",
        send_time="10:00",
        draft_days_ahead=14,
        window_seconds=window_seconds,
        unknown_policy="resend",
    )


def _message(month: str, now: datetime) -> Message:
    return Message(
        content_hash=HASH,
        month=month,
        subject="Has anything changed?",
        html="<a href='{{reply_link}}'>Tell us</a> {{stop_link}}",
        text="{{reply_link}} {{stop_link}}",
        questions=["work"],
        compiled_at=now,
    )


def send_context(
    database: Database,
    ses: ScriptedSes,
    clock: Callable[[], datetime],
    *,
    rate_limiter: RateLimiter | None = None,
    mark: HighWaterMark | None = None,
    posts_at_once: int = 1,
) -> SendContext:
    """One request at a time, unless a test wants more: a script is read in order."""
    return SendContext(
        database=database,
        client=ses,  # type: ignore[arg-type]
        rate_limiter=rate_limiter or FreeLimiter(),
        mark=mark or KeptMark(),
        digest_key=lambda: DIGEST_KEY,
        clock=clock,
        sender="Check-in <check-in@example.org>",
        configuration_set="check-in",
        posts_at_once=posts_at_once,
    )


def states(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Delivery.state).order_by(Delivery.id)))


def rows(database: Database) -> list[Delivery]:
    with database.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def campaign_of(database: Database, campaign_id: int) -> Campaign:
    with database.reading() as session:
        return session.get_one(Campaign, campaign_id)
