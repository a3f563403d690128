"""A campaign database that does not answer for a moment: nothing that SES said is lost."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from campaigns.sending import deliveries, worker
from kit.database import Database
from tests.support.sending import (
    FreeLimiter,
    ManualClock,
    ScriptedSes,
    send_context,
    sending_campaign,
    states,
)


class Away(FreeLimiter):
    """The database goes away while a turn is waited for, and comes back after some tries."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.database, self.monkeypatch, self.tries = database, monkeypatch, 0

    def reserve(self, count: int, rate: float) -> float:
        connect = self.database.engine.pool.connect

        def away() -> Any:
            self.tries += 1
            if self.tries > 3:
                return connect()
            raise OperationalError("", {}, Exception("the server closed the connection"))

        self.monkeypatch.setattr(self.database.engine.pool, "connect", away)
        raise OperationalError("", {}, Exception("the server closed the connection"))


def test_what_was_never_posted_is_queued_again_though_the_database_is_away_for_a_moment(
    campaign_db: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=200)
    away, ses = Away(campaign_db, monkeypatch), ScriptedSes()
    context = send_context(campaign_db, ses, ManualClock(now), rate_limiter=away)
    with pytest.raises(OperationalError):
        worker.run(context, campaign_id, seconds=5)
    assert (ses.requests, away.tries > 3) == ([], True)
    assert states(campaign_db) == ["queued"] * 200


def test_an_outcome_is_written_though_the_database_is_away_for_a_moment(
    campaign_db: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id = sending_campaign(campaign_db, now, size=30)
    record, tries = deliveries.record, []

    def away(*arguments: Any, **more: Any) -> None:
        tries.append(True)
        if len(tries) < 4:
            raise OperationalError("", {}, Exception("the server closed the connection"))
        record(*arguments, **more)

    monkeypatch.setattr(deliveries, "record", away)
    context = send_context(campaign_db, ScriptedSes(), ManualClock(now))
    worker.run(context, campaign_id, seconds=60)
    assert (len(tries), states(campaign_db)) == (4, ["sent"] * 30)
