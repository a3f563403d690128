"""The database fails for a moment at any use that a slice makes of it, one place after another.

A use is a statement or a commit; a commit may be lost, or done and its answer lost. Whatever place
it is, once the database is back everybody is mailed once and nothing is left uncertain.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from campaigns.sending import worker
from kit.database import Database
from tests.support.sending import (
    ManualClock,
    ScriptedSes,
    address,
    rows,
    send_context,
    sending_campaign,
)

MAILS, RATE = 5, 20.0
"""At this rate two mails are posted at once."""
TRIES = 3
"""Uses of the database that fail in a row, beginning with the one that a test asks for."""

GONE = OperationalError("", {}, Exception("the server closed the connection"))


@dataclass
class Blips:
    """Counts the uses of a database and makes some of them fail."""

    database: Database
    first: int
    is_commit_done: bool
    used: int = 0
    places: list[str] = field(default_factory=list)

    @contextmanager
    def happening(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Watch every statement and every commit."""
        engine = self.database.engine
        self._commit = engine.dialect.do_commit
        event.listen(engine, "before_cursor_execute", self._execute)
        with monkeypatch.context() as patch:
            patch.setattr(engine.dialect, "do_commit", self._commit_or_not)
            yield
        event.remove(engine, "before_cursor_execute", self._execute)

    def _execute(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN") and self._is_away(statement):
            raise GONE

    def _commit_or_not(self, connection: Any) -> None:
        is_away = self._is_away("commit")
        if self.is_commit_done or not is_away:
            self._commit(connection)
        if is_away:
            raise GONE

    def _is_away(self, what: str) -> bool:
        self.used += 1
        is_away = self.first <= self.used < self.first + TRIES
        if is_away:
            self.places.append(what)
        return is_away


def _left(database: Database, campaign_id: int) -> dict[str, int]:
    of_campaign = (row for row in rows(database) if row.campaign_id == campaign_id)
    return dict(Counter(row.state for row in of_campaign))


@pytest.mark.parametrize("is_commit_done", [False, True])
def test_a_blip_at_any_use_of_the_database_loses_nobody_and_mails_nobody_twice(
    campaign_db: Database, now: datetime, is_commit_done: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[str] = []
    for first in range(1, 200):
        month = f"{2027 + first}-01"
        campaign_id = sending_campaign(campaign_db, now, size=MAILS, month=month)
        ses, blips = ScriptedSes(), Blips(campaign_db, first, is_commit_done)
        context = send_context(campaign_db, ses, ManualClock(now))
        context = replace(context, own_rate=RATE, sleep=lambda _: None)
        with blips.happening(monkeypatch), suppress(OperationalError):
            worker.run(context, campaign_id, seconds=60)
        worker.run(context, campaign_id, seconds=60)
        assert ({"sent": MAILS}, sorted(ses.accepted)) == (
            _left(campaign_db, campaign_id),
            [address(number) for number in range(1, MAILS + 1)],
        ), blips.places
        if not blips.places:
            break
        places += blips.places[:1]
    else:
        pytest.fail("no slice ended before the place that was to fail")
    assert {"commit", "SELECT", "UPDATE"} <= {place.split()[0] for place in places}
