"""What Prometheus reads: right, in a fixed vocabulary, for nobody without the token, cheap."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, update

from campaigns.models import CampaignJob, CampaignState, Delivery, DeliveryState, ReleaseState
from campaigns.ses import account
from campaigns.watching import metrics
from kit.database import Database
from reports.models import ReleaseState as DrawnState
from tenants.jobs import PlatformJob
from tests.cli.conftest import Cli, bare, cli, empty
from tests.console.site import ConsoleSite as Console
from tests.portal.site import PortalSite as Portal
from tests.support.sending import sending_campaign
from tests.watching.conftest import TOKEN

__all__ = ["bare", "cli", "empty"]

VOCABULARY = {
    "state": {*CampaignState, *DeliveryState, *ReleaseState, *DrawnState},
    "job": {*CampaignJob, *PlatformJob},
}
PAGE = Path(__file__).parents[2] / "docs" / "watching.md"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}


def _read(answer: Any) -> dict[str, float]:
    """`{"name" or "name{label}": value}` of an exposition."""
    return {
        ",".join([sample.name.removeprefix("checkin_"), *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def _campaign_metrics(console: Console) -> dict[str, float]:
    return _read(console.visitor().get("/metrics", **SHOWN))


def _send(database: Database, states: dict[DeliveryState, int], now: datetime) -> None:
    """Put so many mails of the one campaign into each state."""
    ids = iter(range(1, 1 + sum(states.values())))
    with database.writing() as session:
        for state, number in states.items():
            chosen = [next(ids) for _ in range(number)]
            values: dict[str, Any] = {"state": state, "since": now, "attempt_id": "a"}
            if state == DeliveryState.SENT:
                values |= {"reply_link": None, "stop_link": None}
            session.execute(update(Delivery).where(Delivery.id.in_(chosen)).values(**values))


def test_a_month_on_its_way_is_told_in_numbers(
    console: Console, campaign_db: Database, now: datetime
) -> None:
    sending_campaign(campaign_db, now, size=10)
    _send(
        campaign_db,
        {DeliveryState.SENT: 4, DeliveryState.UNKNOWN: 2, DeliveryState.SENDING: 1},
        now + timedelta(seconds=30),
    )
    with campaign_db.writing() as session:
        session.execute(update(Delivery).where(Delivery.id <= 3).values(feedback="delivery"))
        session.execute(update(Delivery).where(Delivery.id == 1).values(feedback="bounce"))
        limits = {"max_send_rate": 14.0, "daily_quota": 50_000.0, "sent_last_day": 49_000.0}
        account.store_limits(session, limits, now=now)
        account.note_events_read(session, now=now)
    console.clock.pass_(seconds=90)

    found = _campaign_metrics(console)

    expected = {
        "deliveries,queued": 3,
        "deliveries,sending": 1,
        "deliveries,sent": 4,
        "deliveries,unknown": 2,
        "accepted_total": 4,
        "campaigns,sending": 1,
        "oldest_due_seconds": 90,
        "oldest_in_flight_seconds": 60,
        "bounce_ratio": 0.25,
        "complaint_ratio": 0,
        "feed_seen_ratio": 0.75,
        "set_aside": 0,
        "paused": 0,
        "rate_limit": 14,
        "quota_left": 1_000,
        "events_lag_seconds": 90,
        "job_age_seconds,tick": 90,
        "releases,published": 0,
    }
    assert expected == {name: found[name] for name in expected}


def test_every_figure_that_the_documents_name_is_there(
    console: Console, portal: Portal, campaign_db: Database, now: datetime
) -> None:
    with campaign_db.writing() as session:
        limits = {"max_send_rate": 14.0, "daily_quota": 50_000.0, "sent_last_day": 0.0}
        account.store_limits(session, limits, now=now)
        account.note_events_read(session, now=now)
    found = _campaign_metrics(console) | _read(portal.browser.get("/metrics", headers=SHOWN))

    named = set(re.findall(r"checkin_([a-z_]+)", PAGE.read_text()))
    assert named == {name.partition(",")[0] for name in found}


def test_a_pause_of_the_account_is_seen(
    console: Console, campaign_db: Database, now: datetime
) -> None:
    with campaign_db.writing() as session:
        account.pause(session, reason="SES refuses", now=now)

    assert 1 == _campaign_metrics(console)["paused"]


def test_the_platform_tells_of_its_jobs_its_letters_and_its_releases(portal: Portal) -> None:
    portal.now += timedelta(days=30, seconds=40)

    found = _read(portal.browser.get("/metrics", headers=SHOWN))

    jobs = {"tick", "broker", "letters", "keys", "purge", "rotation", "changes", "inbound"}
    assert jobs == {
        name.removeprefix("job_age_seconds,") for name in found if name.startswith("job_age")
    }
    assert (1, 0, 0) == (
        found["releases_overdue"],
        found["letters_failing"],
        found["oldest_letter_seconds"],
    )


def _labels(text: str) -> Iterator[tuple[str, str]]:
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            yield from sample.labels.items()


def test_no_label_holds_anything_but_a_word_from_the_code(
    console: Console, portal: Portal, campaign_db: Database, now: datetime
) -> None:
    sending_campaign(campaign_db, now, size=3)
    portal.new_tenant()
    told = [
        console.visitor().get("/metrics", **SHOWN).text,
        portal.browser.get("/metrics", headers=SHOWN).text,
    ]

    for name, value in (pair for text in told for pair in _labels(text)):
        assert value in VOCABULARY[name], (name, value)
    assert not re.search(r"@|2026-|tenant|Northfield|repl(y|ies)", "".join(told))


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer another-token-of-tests"}, 401),
        ({"Authorization": TOKEN}, 401),
        ({"Authorization": f"Bearer {TOKEN}\u00e9"}, 401),
        (SHOWN, 200),
    ],
)
def test_only_the_token_opens_the_metrics(
    console: Console, portal: Portal, header: dict[str, str], status: int
) -> None:
    answers = (
        console.visitor().get("/metrics", **header),
        portal.browser.get("/metrics", headers=header),
    )

    assert [status, status] == [answer.status_code for answer in answers]
    assert (status == 200) == ("checkin_" in answers[0].text) == ("checkin_" in answers[1].text)


def test_without_a_token_there_is_nothing_to_read(console: Console) -> None:
    token_file = console.settings.metrics_token_file
    assert token_file is not None
    token_file.write_text("short")
    assert 404 == console.visitor().get("/metrics", **SHOWN).status_code
    token_file.unlink()
    assert 404 == console.visitor().get("/metrics", **SHOWN).status_code


def test_the_operator_prints_the_same_metrics(cli: Cli) -> None:
    printed = [cli("metrics", "--side", side).stdout for side in ("campaign", "platform")]

    assert all("checkin_releases" in text for text in printed)
    assert 1 == cli("metrics").exit_code


def test_however_many_mails_there_are_none_of_them_is_read(
    campaign_db: Database, now: datetime
) -> None:
    """Each query is planned without a walk over the mails' table; `tallies` stands for them."""
    sending_campaign(campaign_db, now, size=500)
    with campaign_db.writing() as session:
        session.execute(update(Delivery).values(attempt_id="a", since=now, state="unknown"))
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(campaign_db.engine, "before_cursor_execute", note)
    with campaign_db.reading() as session:
        list(metrics.read(session, now=now))
    event.remove(campaign_db.engine, "before_cursor_execute", note)

    of_mails = [each for each in asked if "deliveries" in each[0]]
    plans = [_plan(campaign_db, *each) for each in of_mails]
    assert plans
    for plan in plans:
        assert "ix_deliveries_in_flight" in plan, plan


def _plan(database: Database, statement: str, parameters: Any) -> str:
    explain = "EXPLAIN (FORMAT JSON)" if database.is_postgresql else "EXPLAIN QUERY PLAN"
    with database.engine.connect() as connection:
        if database.is_postgresql:
            connection.exec_driver_sql("SET enable_seqscan = off")
        found = connection.exec_driver_sql(f"{explain} {statement}", parameters)
        return json.dumps([list(map(str, row)) for row in found])
