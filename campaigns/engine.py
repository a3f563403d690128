"""One tick of the campaign side: everything that is due.

Each step has its own transactions and time limit, and an error in one does not stop the others.
Large steps work in chunks, each a transaction of less than two seconds, and continue at the next
tick.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy.orm import Session

from campaigns import retention, suppression
from campaigns.models import CampaignJob, Heartbeat
from campaigns.planning import series
from campaigns.sending import deliveries, lifecycle, settlement
from campaigns.ses import account
from kit import heartbeats
from kit.clock import Clock
from kit.database import Database
from kit.log import get_logger

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

STEP_SECONDS = 4.0
"""Time limit of one step of a tick, in seconds."""

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Periods:
    """How long a claim may stay without an outcome, an uncertain mail without an event, and the
    addresses of a month that is over."""

    lease: timedelta
    grace: timedelta
    keep: timedelta


Step = Callable[[Session, datetime], int | None]
"""One transaction of a tick; returns how many rows it changed, or None where once is enough."""


def tick(
    database: Database,
    client: "SESV2Client",
    *,
    clock: Clock,
    lease: timedelta,
    grace: timedelta,
    keep: timedelta,
) -> list[int]:
    """Do what is due and return the ids of the campaigns to send now."""
    advance(database, clock=clock)
    refresh_limits(database, client, clock=clock)
    upkeep(database, Periods(lease, grace, keep), clock=clock)
    advance(database, clock=clock)
    return to_send(database)


def advance(database: Database, *, clock: Clock) -> None:
    """Advance every campaign to its next state.

    This is first in a tick, so that errors in the rest cannot stop sending.
    """
    each(_in_chunks(database, ADVANCES, clock))


def to_send(database: Database) -> list[int]:
    """The ids of the campaigns to send now."""
    with database.reading() as session:
        return lifecycle.to_send(session)


def upkeep(database: Database, periods: Periods, *, clock: Clock) -> None:
    """The rest of a tick: leases, settlement, drafts, retention."""
    steps: dict[str, Step] = {
        "leases": lambda s, now: deliveries.expire_leases(s, before=now - periods.lease, now=now),
        "settlement": lambda s, now: settlement.settle(s, grace=periods.grace, now=now),
        "drafts": _open_drafts,
        "marks": lambda s, _: suppression.forget_marks(s),
        "retention": lambda s, now: retention.purge(s, keep=periods.keep, now=now),
    }
    each(_in_chunks(database, steps, clock))


def _open_drafts(session: Session, now: datetime) -> None:
    series.open_drafts(session, now=now)


def each(parts: Mapping[str, Callable[[], object]]) -> None:
    """Run each part of a tick, even if an earlier one failed.

    Raises:
        ExceptionGroup: the errors of the parts that failed, after all have run.
    """
    failed = []
    for name, part in parts.items():
        try:
            part()
        except Exception as error:
            log.exception("a part of the tick failed", part=name)
            failed.append(error)
    if failed:
        raise ExceptionGroup("parts of the tick failed", failed)


def _in_chunks(
    database: Database, steps: Mapping[str, Step], clock: Clock
) -> dict[str, Callable[[], object]]:
    return {name: partial(_repeat, database, step, clock=clock) for name, step in steps.items()}


def _repeat(database: Database, step: Step, *, clock: Clock) -> None:
    """Run a step in transactions of its own until nothing is left of it, or its time is over."""
    ends = time.monotonic() + STEP_SECONDS
    changed: int | None = 1
    while changed and time.monotonic() < ends:
        with database.writing() as session:
            changed = step(session, clock())


ADVANCES: Mapping[str, Step] = {
    "pause": lambda s, now: account.end_expired_pause(s, now=now),
    "miss": lambda s, now: lifecycle.miss(s, now=now),
    "begin": lambda s, now: lifecycle.begin(s, now=now),
    "close": lambda s, now: lifecycle.close(s, now=now),
    "refusals": lambda s, now: lifecycle.judge_refusals(s, now=now),
    "finish": lambda s, now: lifecycle.finish(s, now=now),
}


def refresh_limits(database: Database, client: "SESV2Client", *, clock: Clock) -> None:
    """Ask SES for its limits where ours are old. SES's silence leaves the old ones to run out."""
    with database.writing() as session:
        if not account.are_limits_stale(session, now=clock()):
            return
    try:
        found = account.read_limits(client)
    except (BotoCoreError, ClientError) as error:
        code = heartbeats.code_of(error)
        log.warning("SES did not say its limits", error=code)
        with database.writing() as session:
            heartbeats.failed(session, Heartbeat, CampaignJob.LIMITS, trouble=code)
        return
    with database.writing() as session:
        account.store_limits(session, found, now=clock())
        heartbeats.done(session, Heartbeat, CampaignJob.LIMITS, now=clock())
