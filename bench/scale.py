"""Four months of a million mails each, not vacuumed and with old statistics: tick, claim, cancel.

`CHECKIN_BENCH_MONTH` is how many mails a month has. `tests/scale` counts the pages of the same work
on smaller months in every run of the tests.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import psycopg
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.rows import Measurement
from campaigns import engine
from campaigns.models import CampaignState
from campaigns.sending import counters, deliveries, lifecycle, settlement
from checkin.databases import Side, upgrade_side
from kit.database import Database
from tests.conftest import POSTGRESQL
from tests.scale.months import CLAIM, Months, fill

SIZE = int(os.environ.get("CHECKIN_BENCH_MONTH", "1000000"))
INTERRUPTED = 600
TICK_MAX, CLAIM_MAX = 1.0, 0.030
ANSWER_MAX, CLOSED_MAX = 2.0, 60.0
SENDERS = 4
HOUR, KEEP = timedelta(hours=1), timedelta(days=90)


def measure() -> Sequence[Measurement]:
    """A claim, what a tick does, and a cancel beside workers that go on claiming."""
    with _months() as months:
        claim = min(_claim(months) for _ in range(3))
        settle = _timed(lambda: _settle(months))
        tick = _timed(lambda: engine.advance(months.database, clock=months.database.now))
        answer, closed = _cancel(months)
    of = f"4 × {SIZE:,} rows"
    return [
        Measurement(
            f"claim of {CLAIM}, old statistics",
            f"{claim * 1000:.0f} ms",
            f"≤ {CLAIM_MAX * 1000:.0f} ms",
            claim <= CLAIM_MAX,
            of,
        ),
        Measurement(
            "tick: settlement and steps",
            f"{settle + tick:.2f} s",
            f"≤ {TICK_MAX:.0f} s",
            settle + tick <= TICK_MAX,
            f"{of}, {INTERRUPTED} interrupted claims",
        ),
        Measurement(
            "cancel under fire: answer",
            f"{answer:.2f} s",
            f"≤ {ANSWER_MAX:.0f} s",
            answer <= ANSWER_MAX,
            f"{of}, {SENDERS} claimers",
        ),
        Measurement(
            "cancel under fire: nothing open",
            f"{closed:.1f} s",
            f"≤ {CLOSED_MAX:.0f} s",
            closed <= CLOSED_MAX,
            of,
        ),
    ]


@contextmanager
def _months() -> Iterator[Months]:
    name = f"checkin_bench_{os.getpid()}"
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            upgrade_side(Side("campaign", f"{POSTGRESQL}/{name}"))
            months = fill(Database(f"{POSTGRESQL}/{name}"), SIZE, interrupted=INTERRUPTED)
            yield months
            months.database.dispose()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _claim(months: Months) -> float:
    now = months.database.now()
    with Session(months.database.engine) as session:
        session.execute(select(1))
        return _timed(
            lambda: deliveries.claim(
                session, campaign_id=months.sending, after=months.claimed, limit=CLAIM, now=now
            )
        )


def _settle(months: Months) -> None:
    now = months.database.now()
    with months.database.writing() as session:
        deliveries.expire_leases(session, before=now - HOUR, now=now)
        settlement.settle(session, grace=HOUR, now=now)


def _cancel(months: Months) -> tuple[float, float]:
    """Seconds to the answer, and from it until nothing is open, with ticks one after another."""
    stopped = threading.Event()
    senders = [
        threading.Thread(target=_keep_claiming, args=(months, stopped)) for _ in range(SENDERS)
    ]
    for sender in senders:
        sender.start()
    answer = _timed(lambda: _move(months))
    stopped.set()
    for sender in senders:
        sender.join()
    began = time.monotonic()
    while _is_open(months):
        engine.advance(months.database, clock=months.database.now)
        with months.database.writing() as session:
            now = months.database.now()
            deliveries.expire_leases(session, before=now, now=now)
    return answer, time.monotonic() - began


def _keep_claiming(months: Months, stopped: threading.Event) -> None:
    after = months.claimed
    while not stopped.is_set():
        now = months.database.now()
        with months.database.writing() as session:
            claim = deliveries.claim(
                session, campaign_id=months.sending, after=after, limit=CLAIM, now=now
            )
        after = claim.last_id
        if not claim:
            return


def _move(months: Months) -> None:
    with months.database.writing() as session:
        now = months.database.now()
        lifecycle.move(
            session, months.sending, lifecycle.OPEN_STATES, CampaignState.CANCELLED, now=now
        )


def _is_open(months: Months) -> bool:
    with months.database.reading() as session:
        return counters.has_open(session, months.sending)
