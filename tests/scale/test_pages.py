"""What a tick, a claim and the console read does not grow with the table: pages, not seconds.

The same work is done on four months of two sizes, in databases of their own. Ten times as many
mails may cost a few pages more, for the trees are deeper, and no more.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from campaigns import retention
from campaigns.models import Campaign, CampaignState
from campaigns.sending import (
    counters,
    deliveries,
    feedback,
    lifecycle,
    mailing_list,
    reputation,
    settlement,
)
from campaigns.ses.events import Untagged
from campaigns.ses.transport import Outcome
from campaigns.ses.verdicts import Verdict
from campaigns.watching import dangers, progress, reconciliation
from checkin.databases import Side, upgrade_side
from kit.database import Database
from tests.conftest import POSTGRESQL, skip_or_fail
from tests.scale.months import CLAIM, MONTHS, Months, fill

SMALL, LARGE = 4_000, 40_000
DEEPER, ALLOWANCE = 1.3, 40
"""How many times the pages of the small table the large one may cost, and how many more."""
HOUR = timedelta(hours=1)
PURGED = 2
"""The month that retention has come to."""
PAGES = """
SELECT coalesce(sum(heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit), 0)
FROM pg_statio_user_tables WHERE relname IN ('deliveries', 'tallies', 'campaigns', 'suppressions')
"""

Work = Callable[[Session, Months, datetime], object]


def _claim(session: Session, months: Months, now: datetime, *, after: int) -> object:
    claim = deliveries.claim(session, campaign_id=months.sending, after=after, limit=CLAIM, now=now)
    assert len(claim.mails) == CLAIM
    return claim


def _claim_and_record(session: Session, months: Months, now: datetime) -> object:
    claim = deliveries.claim(
        session, campaign_id=months.sending, after=months.claimed, limit=CLAIM, now=now
    )
    outcomes = [Outcome(m.delivery_id, Verdict.ACCEPTED, "m") for m in claim.mails]
    deliveries.record(session, claim.attempt_id, outcomes, now=now)
    return claim


def _purge(session: Session, _months: Months, _now: datetime) -> object:
    """A chunk of a month whose retention has ended."""
    gone = mailing_list.purge(session, PURGED, limit=CLAIM)
    assert gone == CLAIM
    return gone


def _hear(session: Session, months: Months, now: datetime) -> object:
    said = Untagged(kind="Delivery", message_id="m", happened_at=now)
    event = said.about(campaign_id=months.sending, delivery_id=months.claimed, attempt_id="a")
    feedback.apply(session, event, now=now)
    return event


def _pace(session: Session, months: Months, now: datetime) -> object:
    campaign = session.get_one(Campaign, months.sending)
    return progress.pace(session, campaign, now=now)


def _cancelled(session: Session, months: Months, now: datetime) -> object:
    lifecycle.move(session, months.sending, lifecycle.OPEN_STATES, CampaignState.CANCELLED, now=now)
    return months


WORK: dict[str, Work] = {
    "a claim from the beginning": lambda s, m, now: _claim(s, m, now, after=0),
    "a purge that is due": _purge,
    "a claim that goes on": lambda s, m, now: _claim(s, m, now, after=m.claimed),
    "a claim and its record": _claim_and_record,
    "a month's steps": lambda s, _m, now: lifecycle.advance(s, now=now),
    "leases": lambda s, _m, now: deliveries.expire_leases(s, before=now - HOUR, now=now),
    "settlement": lambda s, _m, now: settlement.settle(s, grace=HOUR, now=now),
    "retention, nothing due": lambda s, _m, now: retention.purge(s, keep=90 * 24 * HOUR, now=now),
    "an event": _hear,
    "the console's progress": lambda s, _m, _now: progress.show(s, MONTHS[-1]),
    "the causes": lambda s, m, _now: counters.by_cause(s, m.sending),
    "the rate so far": _pace,
    "bounces and complaints": lambda s, m, now: reputation.watch(s, m.sending, now=now),
    "dangers": lambda s, _m, now: list(dangers.due(s, now=now, grace=HOUR)),
    "the sheet": lambda s, _m, _now: reconciliation.of(s, MONTHS[-1]),
    "a cancel": _cancelled,
}


@pytest.fixture(scope="module")
def both(postgresql_urls: dict[str, str] | None, worker_id: str) -> Iterator[tuple[Months, Months]]:
    """The months in two sizes."""
    if postgresql_urls is None:
        skip_or_fail("PostgreSQL")
    made: list[Months] = []
    names = [f"checkin_scale_{worker_id}_{size}" for size in (SMALL, LARGE)]
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as server:
        for name, size in zip(names, (SMALL, LARGE), strict=True):
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {name}")
            upgrade_side(Side("campaign", f"{POSTGRESQL}/{name}"))
            made.append(fill(Database(f"{POSTGRESQL}/{name}"), size))
        yield made[0], made[1]
        for months, name in zip(made, names, strict=True):
            months.database.dispose()
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def pages(months: Months, work: Work) -> int:
    """How many pages of the tables and their indexes one piece of work asks for.

    It is rolled back, so that every piece finds the same months. It is done twice and counted the
    second time: the first leaves its marks in pages that were just written.
    """
    now = months.database.now()
    counted = []
    for _ in range(2):
        before = _read(months.database)
        with Session(months.database.engine) as session:
            work(session, months, now)
            session.flush()
            session.rollback()
            session.execute(text("SELECT pg_stat_force_next_flush()"))
        counted.append(_read(months.database) - before)
    return counted[-1]


def _read(database: Database) -> int:
    with database.engine.connect() as connection:
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        return int(connection.execute(text(PAGES)).scalar_one())


@pytest.mark.parametrize("name", WORK)
def test_ten_times_the_mails_cost_no_more_pages(both: tuple[Months, Months], name: str) -> None:
    small, large = (pages(months, WORK[name]) for months in both)

    assert small > 0
    assert large <= DEEPER * small + ALLOWANCE, f"{name}: {small} pages, then {large}"


def test_the_gate_sees_a_query_that_reads_the_table(both: tuple[Months, Months]) -> None:
    def count(session: Session, months: Months, _now: datetime) -> object:
        return session.scalar(select(text("count(*)")).select_from(text("deliveries")))

    small, large = (pages(months, count) for months in both)

    assert large > DEEPER * small + ALLOWANCE
