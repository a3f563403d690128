"""Ticks at any time, twice, late or left out: a month is opened once and begins once, in time."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from campaigns.calendar import WEEKDAYS, send_moment
from campaigns.models import AuditEntry, Campaign, CampaignState
from campaigns.planning import series
from campaigns.sending import lifecycle
from kit.database import Database
from tests.support.sending import campaign_of, sending_campaign

RULES = st.sampled_from(
    [
        *("first-working-day", "last-working-day"),
        *(f"day-{day}" for day in range(1, 32)),
        *(f"{nth}-{day}" for nth in ("1st", "2nd", "3rd", "4th", "5th") for day in WEEKDAYS),
    ]
)
MONTHS = st.builds("{}-{:02}".format, st.integers(2024, 2040), st.integers(1, 12))
TIMES = st.sampled_from(["00:00", "01:30", "09:00", "10:00", "23:59"])
SECOND = timedelta(seconds=1)
few = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def fresh(migrated: Path) -> Iterator[Database]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "campaign.db"
        shutil.copy(migrated, file)
        database = Database(f"sqlite:///{file}")
        try:
            yield database
        finally:
            database.dispose()


def begun(database: Database) -> int:
    """How often a month was begun, by the audit log."""
    query = select(func.count()).where(AuditEntry.action == "campaign sending")
    with database.reading() as session:
        return session.scalar(query) or 0


@few
@given(
    rule=RULES,
    month=MONTHS,
    time=TIMES,
    window=st.integers(1, 24 * 28).map(lambda hours: timedelta(hours=hours)),
    data=st.data(),
)
def test_a_month_begins_once_within_its_window_or_is_missed(
    sqlite_files: dict[str, Path],
    rule: str,
    month: str,
    time: str,
    window: timedelta,
    data: st.DataObject,
) -> None:
    due = send_moment(rule, month, time)
    edges = [due - SECOND, due, due + SECOND, due + window - SECOND, due + window]
    anywhere = st.timedeltas(-timedelta(days=20), timedelta(days=40)).map(lambda gap: due + gap)
    ticks = sorted(data.draw(st.lists(st.sampled_from(edges) | anywhere, max_size=12)))
    with fresh(sqlite_files["campaign"]) as database:
        campaign_id = sending_campaign(
            database, due, size=1, month=month, state=CampaignState.HANDING_OVER, window=window
        )
        for now in ticks:
            with database.writing() as session:
                is_due = lifecycle.advance(session, now=now) == [campaign_id]
            assert is_due == (due <= now < due + window)
        in_time = any(due <= now < due + window for now in ticks)
        too_late = any(now >= due + window for now in ticks)
        assert begun(database) == int(in_time)
        state = campaign_of(database, campaign_id).state
        assert state == ("missed" if too_late else "sending" if in_time else "handing_over")


@few
@given(rule=RULES, time=TIMES, ahead=st.integers(1, 42), start=MONTHS, data=st.data())
def test_a_month_s_draft_is_opened_once_and_ahead_of_its_moment(
    sqlite_files: dict[str, Path],
    rule: str,
    time: str,
    ahead: int,
    start: str,
    data: st.DataObject,
) -> None:
    first = datetime.fromisoformat(f"{start}-01").replace(tzinfo=UTC)
    gaps = st.lists(st.timedeltas(timedelta(0), timedelta(days=30)), min_size=1, max_size=15)
    now, opened = first, dict[str, datetime]()
    with fresh(sqlite_files["campaign"]) as database:
        with database.writing() as session:
            chosen = series.ensure_default(session)
            chosen.rule, chosen.send_time, chosen.draft_days_ahead = rule, time, ahead
        for gap in data.draw(gaps):
            now += gap
            with database.writing() as session:
                for campaign in series.open_drafts(session, now=now):
                    assert campaign.month not in opened
                    assert campaign.send_at == send_moment(rule, campaign.month, time)
                    assert campaign.send_at - timedelta(days=ahead) <= now < campaign.send_at
                    opened[campaign.month] = now
        with database.reading() as session:
            assert set(session.scalars(select(Campaign.month))) == set(opened)
