"""The demo's pilot: its figures are drawn as any others, and nobody of it is mailed."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from campaigns import releases
from checkin.demo import past
from kit.database import Database
from replies.vault import master_keys
from replies.vault.counting import opener
from replies.vault.sealing import open_vault
from reports import push
from reports.anchor import ReleaseAnchor
from reports.freeze import SETTLE_DAYS, Desk, freeze_due
from tenants.models import Tenant

NOW = datetime(2027, 1, 4, 10, 0, tzinfo=UTC)
MONTHS = [f"2026-{month:02}" for month in range(7, 13)]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_pilots_months_are_released_and_nobody_of_it_is_mailed(
    platform_db: Database, campaign_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "REPLYING", (0.02,) * len(MONTHS))
    keys = tmp_path / "vault"
    master_keys.create(keys)
    desk = Desk(platform_db, partial(opener, str(keys)), ReleaseAnchor.at(tmp_path / "anchor"))

    assert MONTHS == past.add_pilot(platform_db, open_vault(str(keys)), now=NOW)
    assert MONTHS == freeze_due(desk, now=NOW)
    push.push_releases(platform_db, campaign_db, now=NOW)

    with campaign_db.reading() as session:
        scopes = [group["scope"] for group in releases.document(session, MONTHS[-1])["groups"]]
    with platform_db.reading() as session:
        mailed = session.scalar(select(func.count()).where(Tenant.monthly_email))
    assert (["full", "full", "full", "rate"], 0) == (scopes, mailed)


@pytest.mark.parametrize("day", [date(2027, 1, 1) + timedelta(days=n) for n in range(0, 365, 7)])
def test_on_any_day_the_pilots_months_are_due_and_the_newest_that_are(day: date) -> None:
    now = datetime(day.year, day.month, day.day, tzinfo=UTC)
    waits = past.OPEN_FOR + timedelta(days=SETTLE_DAYS)
    months = [date.fromisoformat(f"{month}-01") for month in past.due_months(now)]

    after = (months[-1] + timedelta(days=31)).replace(day=1)
    assert sorted(set(months)) == months
    assert months[-1] + waits < day <= after + waits
