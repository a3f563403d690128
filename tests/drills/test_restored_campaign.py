"""A campaign database put back from its backup in the middle of a month: nobody gets it twice."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from campaigns.sending import restore_detection, worker
from campaigns.sending.high_water_mark import HighWaterMark
from campaigns.ses import account
from kit.anchors import FileAnchor
from kit.database import Database
from tests.conftest import skip_or_fail
from tests.drills.databases import Drill, migrated
from tests.support.sending import ScriptedSes, address, send_context, sending_campaign, states

SIZE = 120
CLAIM = 50
UNREACHABLE = EndpointConnectionError(endpoint_url="https://email.example")


@pytest.fixture
def drill(backend: str, tmp_path: Path, postgresql_urls: dict[str, str] | None) -> Iterator[Drill]:
    if backend == "postgresql" and postgresql_urls is None:
        skip_or_fail("PostgreSQL")
    with migrated("campaign", backend, tmp_path) as made:
        yield made


def _send(database: Database, folder: Path, now: datetime, *script: object) -> list[str]:
    """A slice by a worker whose anchor lies apart from the database."""
    ses = ScriptedSes(list(script))
    kept_apart = HighWaterMark(FileAnchor(folder / "apart" / "campaign.mark"))
    restore_detection.watch(database, kept_apart, clock=lambda: now)
    worker.run(send_context(database, ses, lambda: now, mark=kept_apart), 1, seconds=60)
    return ses.accepted


def test_what_was_sent_after_the_backup_is_held_and_never_sent_again(
    drill: Drill, tmp_path: Path, now: datetime
) -> None:
    with drill.opened() as database:
        sending_campaign(database, now, size=SIZE)
        limits = {"max_send_rate": float(CLAIM), "daily_quota": -1.0, "sent_last_day": 0.0}
        with database.writing() as session:
            account.store_limits(session, limits, now=now)
        batches = CLAIM // 5
        first = _send(database, tmp_path, now, *["SUCCESS"] * batches, UNREACHABLE)
    drill.back_up()
    with drill.opened() as database:
        rest = _send(database, tmp_path, now)
    drill.restore()
    with drill.opened() as database:
        again = _send(database, tmp_path, now)
        held = states(database).count("unknown")

    assert [address(number) for number in range(1, SIZE + 1)] == [*first, *rest]
    assert ([], SIZE - CLAIM) == (again, held)
