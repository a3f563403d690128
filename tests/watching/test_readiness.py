"""What makes a side say that it is not ready; the public is told no more than that."""

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import update

import campaigns.models
import tenants.models
from campaigns.watching import readiness as campaign_readiness
from checkin.databases import campaign_is_current, platform_is_current
from console import context
from kit import broker, heartbeats, log
from kit.database import Database
from kit.settings import Settings
from portal import context as portal_context
from portal import readiness as platform_readiness
from tests.chaos import broker as own_redis
from tests.conftest import skip_or_fail
from tests.console.site import ConsoleSite as Console
from tests.portal.site import PortalSite as Portal

DEAD_BROKER = "redis://127.0.0.1:9/0"


@pytest.fixture
def written() -> io.StringIO:
    stream = io.StringIO()
    log.configure(json=False, stream=stream)
    return stream


def _console_says(console: Console) -> tuple[int, str]:
    context.of(console.app).watch.look()
    answer = console.visitor().get("/readyz")
    return answer.status_code, answer.text


def _portal_says(portal: Portal) -> tuple[int, str]:
    portal_context.portal_of(portal.app).watch.look()
    answer = portal.browser.get("/readyz")
    return answer.status_code, answer.text


def _change_job(database: Database, model: type, job: str, **values: object) -> None:
    with database.writing() as session:
        session.execute(update(model).where(model.job == job).values(**values))  # type: ignore[attr-defined]


def test_a_side_whose_jobs_are_done_is_ready(console: Console, portal: Portal) -> None:
    assert (200, "ready\n") == _console_says(console)
    assert (200, "ready\n") == _portal_says(portal)
    assert "ok\n" == console.visitor().get("/healthz").text == portal.browser.get("/healthz").text


def test_a_stuck_beat_is_said_by_both_sides(
    console: Console, portal: Portal, written: io.StringIO
) -> None:
    console.clock.pass_(minutes=3)
    portal.now += timedelta(minutes=3)

    assert (503, "not ready\n") == _console_says(console)
    assert (503, "not ready\n") == _portal_says(portal)
    assert written.getvalue().count("The job “tick” was last done 180 s ago.") == 2


def test_a_side_whose_beat_was_never_started_is_not_ready(
    console: Console, campaign_db: Database, written: io.StringIO
) -> None:
    _change_job(campaign_db, campaigns.models.Heartbeat, "tick", done_at=None)

    assert 503 == _console_says(console)[0]
    assert "start beat and a worker" in written.getvalue()


def test_a_machine_that_ses_refuses_is_named(
    console: Console, campaign_db: Database, written: io.StringIO
) -> None:
    code, now = "InvalidSignatureException", console.clock.now
    with campaign_db.writing() as session:
        heartbeats.record_check(
            session, campaigns.models.Heartbeat, "aws-ses", now=now, trouble=f"a {code}"
        )

    assert 503 == _console_says(console)[0]
    assert f"Amazon SES refuses a, where a worker runs ({code})" in written.getvalue()


@pytest.mark.parametrize("code", ["InvalidSignatureException", "RequestExpired"])
def test_a_job_whose_signature_is_refused_is_said_at_once(
    console: Console, written: io.StringIO, code: str
) -> None:
    _change_job(console.campaign, campaigns.models.Heartbeat, "limits", trouble=code)

    assert 503 == _console_says(console)[0]
    assert f"AWS refuses a machine's clock or key ({code}, job “limits”)." in written.getvalue()


def test_an_expired_credential_is_said_at_once_and_by_its_code(
    console: Console, portal: Portal, written: io.StringIO
) -> None:
    code = "ExpiredTokenException"
    _change_job(console.campaign, campaigns.models.Heartbeat, "limits", trouble=code)
    _change_job(portal.platform, tenants.models.Heartbeat, "letters", trouble=code)

    assert (503, "not ready\n") == _console_says(console)
    assert (503, "not ready\n") == _portal_says(portal)
    refused = "AWS refuses this side's credentials (ExpiredTokenException, job “{}”)."
    assert refused.format("limits") in written.getvalue()
    assert refused.format("letters") in written.getvalue()


def test_another_trouble_waits_until_the_job_is_late(console: Console) -> None:
    code = "EndpointConnectionError"
    _change_job(console.campaign, campaigns.models.Heartbeat, "limits", trouble=code)

    assert 200 == _console_says(console)[0]


def test_kms_that_refuses_is_said_at_once(portal: Portal, written: io.StringIO) -> None:
    _change_job(portal.platform, tenants.models.Heartbeat, "keys", trouble="KeyUnavailable")

    assert 503 == _portal_says(portal)[0]
    assert "do not wrap and unwrap" in written.getvalue()


def test_a_master_key_that_nothing_replaces_is_said(portal: Portal, written: io.StringIO) -> None:
    old = portal.now - timedelta(days=37, minutes=1)
    _change_job(portal.platform, tenants.models.Heartbeat, "rotation", done_at=old)

    assert 503 == _portal_says(portal)[0]
    assert "The job “rotation” was last done" in written.getvalue()


def test_master_keys_that_are_gone_are_said(portal: Portal, written: io.StringIO) -> None:
    (portal.folder / "vault" / "epoch-0001").rename(portal.folder / "elsewhere")

    assert 503 == _portal_says(portal)[0]
    assert "The vault's master keys cannot be used" in written.getvalue()


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    unreachable = Database("postgresql://nobody@127.0.0.1:9/nothing")
    found = [
        _campaign_problems(unreachable)[0],
        platform_readiness.problems(
            Settings(), unreachable, is_current=platform_is_current, clock=_never
        )[0],
    ]
    assert [
        "The campaign database does not answer; check CHECKIN_CAMPAIGN_DATABASE_URL.",
        "The platform database does not answer; check CHECKIN_PLATFORM_DATABASE_URL.",
    ] == found


def test_a_database_without_tables_is_said(tmp_path: Path) -> None:
    bare = Database(f"sqlite:///{tmp_path}/bare.db")
    found = campaign_readiness.problems(
        Settings(), bare, is_current=campaign_is_current, clock=_never
    )
    bare.dispose()

    assert "The campaign database is not up to date; run `checkin init`." == found[0]


@pytest.mark.parametrize("trouble", [broker.UNREACHABLE, broker.LONG, broker.FULL])
def test_what_the_worker_found_wrong_with_the_broker_is_said_at_once(
    console: Console, portal: Portal, written: io.StringIO, trouble: str
) -> None:
    _change_job(console.campaign, campaigns.models.Heartbeat, "broker", trouble=trouble)
    _change_job(portal.platform, tenants.models.Heartbeat, "broker", trouble=trouble)

    assert (503, "not ready\n") == _console_says(console)
    assert (503, "not ready\n") == _portal_says(portal)
    assert 2 == written.getvalue().count(broker.SENTENCES[trouble])


def test_a_broker_out_of_reach_is_found() -> None:
    assert broker.UNREACHABLE == broker.trouble(Settings(broker_url=DEAD_BROKER), "campaign")


def test_a_long_queue_and_a_full_redis_are_found(tmp_path: Path) -> None:
    if not own_redis.is_possible():
        skip_or_fail("a Redis server to fill (redis-server)")
    with own_redis.running(tmp_path) as server, Redis.from_url(server.url) as client:
        settings = Settings(broker_url=server.url, broker_prefix="campaign:")
        assert broker.trouble(settings, "campaign") is None

        client.rpush("campaign:campaign", *range(broker.QUEUE_MAX + 1))
        assert broker.LONG == broker.trouble(settings, "campaign")

        client.config_set("maxmemory", "100kb")
        assert broker.FULL == broker.trouble(settings, "campaign")


def test_the_public_cannot_make_it_look_more_often(
    console: Console, campaign_db: Database, written: io.StringIO
) -> None:
    assert 200 == _console_says(console)[0]
    _change_job(campaign_db, campaigns.models.Heartbeat, "tick", done_at=None)

    assert [200] * 3 == [console.visitor().get("/readyz").status_code for _ in range(3)]
    assert 503 == _console_says(console)[0]


def test_a_job_that_fails_leaves_its_trouble_and_its_error(campaign_db: Database) -> None:
    def fail() -> None:
        with heartbeats.beating(campaign_db, campaigns.models.Heartbeat, "tick", clock=_never):
            raise ConnectionError("with something private in it")

    with pytest.raises(ConnectionError):
        fail()

    with campaign_db.reading() as session:
        found = heartbeats.last_runs(session, campaigns.models.Heartbeat)
    assert {"tick": heartbeats.LastRun(None, "ConnectionError")} == found


def _campaign_problems(database: Database) -> list[str]:
    return campaign_readiness.problems(
        Settings(), database, is_current=campaign_is_current, clock=_never
    )


def _never() -> datetime:
    raise AssertionError("nothing asks for the time")
