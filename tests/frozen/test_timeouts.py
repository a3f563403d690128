"""Each kind of wait for PostgreSQL and Redis ends. None of these tests judges how soon."""

from collections.abc import Iterator

import pytest
from kombu.connection import Connection
from kombu.exceptions import OperationalError as BrokerError
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

import celeryconfig
from campaigns.ses.rate_limiter import RedisRateLimiter
from kit import broker, timeouts
from kit.database import Database
from kit.settings import Settings
from kit.timeouts import DatabaseTimeouts
from tests.chaos import broker as own_redis
from tests.chaos.broker import Broker
from tests.chaos.cluster import Cluster
from tests.conftest import skip_or_fail
from tests.frozen.stopped import stopped

SHORT = DatabaseTimeouts(connect=2, statement=1.5, lock=0.5, pool=0.2, grace=1.5)
LONG = DatabaseTimeouts(connect=2, statement=60, lock=0.2, pool=0.2)
NOW = text("SELECT 1")


@pytest.fixture(params=[SHORT], ids=["short"])
def database(server: Cluster, request: pytest.FixtureRequest) -> Iterator[Database]:
    found = Database(server.url("postgres"), pool_size=1, timeouts=request.param)
    yield found
    found.dispose()


def test_the_server_ends_a_long_statement(database: Database) -> None:
    with database.reading() as session, pytest.raises(OperationalError, match="statement timeout"):
        session.execute(text("SELECT pg_sleep(600)"))


def test_the_server_ends_a_long_statement_of_a_connection_that_autocommits(
    database: Database,
) -> None:
    with (
        database.autocommit() as connection,
        pytest.raises(OperationalError, match="statement timeout"),
    ):
        connection.execute(text("SELECT pg_sleep(600)"))


@pytest.mark.parametrize("database", [LONG], indirect=True)
def test_a_wait_for_a_lock_ends(database: Database) -> None:
    locked = text("SELECT pg_advisory_xact_lock(1)")
    with database.reading() as holder, database.reading() as waiting:
        holder.execute(locked)
        with pytest.raises(OperationalError, match="lock timeout"):
            waiting.execute(locked)


def test_an_idle_transaction_gives_its_locks_back(database: Database) -> None:
    locked = text("SELECT pg_advisory_xact_lock(2)")
    with database.reading() as holder:
        holder.execute(locked)
        with database.reading() as waiting:
            while True:
                try:
                    waiting.execute(locked)
                except OperationalError:
                    waiting.rollback()
                else:
                    break
        with pytest.raises(DBAPIError, match="idle-in-transaction timeout"):
            holder.execute(NOW)


def test_a_wait_for_the_pool_ends(database: Database) -> None:
    held = [database.engine.connect() for _ in range(11)]
    with pytest.raises(PoolTimeout):
        database.engine.connect()
    for connection in held:
        connection.close()


def test_a_stopped_server_is_given_up_and_found_again(server: Cluster, database: Database) -> None:
    with database.reading() as session:
        session.execute(NOW)
        with stopped(server.pid), pytest.raises(OperationalError, match="has said nothing"):
            session.execute(NOW)

    with database.reading() as session:
        assert 1 == session.execute(NOW).scalar_one()


def test_signing_in_to_a_stopped_server_ends(server: Cluster, database: Database) -> None:
    with stopped(server.pid), pytest.raises(OperationalError), database.reading() as session:
        session.execute(NOW)


def test_what_the_url_says_wins(server: Cluster) -> None:
    url = f"{server.url('postgres')}?options=-c%20statement_timeout%3D1234&tcp_user_timeout=4321"
    database = Database(url, timeouts=SHORT)
    with database.reading() as session:
        found = session.execute(text("SHOW statement_timeout")).scalar_one()
        parameters = session.connection().connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
    database.dispose()

    assert ("1234ms", "4321") == (found, parameters["tcp_user_timeout"])


@pytest.mark.parametrize(
    "chosen", [timeouts.LOOK, timeouts.DIAGNOSIS, timeouts.WEB, timeouts.JOB, timeouts.OPERATOR]
)
def test_a_use_gives_up_after_the_server_should_have(chosen: DatabaseTimeouts) -> None:
    assert chosen.lock < chosen.statement < chosen.silence


def test_a_task_ends_its_statement_before_celery_ends_the_task() -> None:
    assert timeouts.JOB.silence < celeryconfig.task_soft_time_limit


@pytest.fixture
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    if not own_redis.is_possible():
        skip_or_fail("a Redis server of its own (redis-server)")
    with own_redis.running(tmp_path_factory.mktemp("redis")) as running:
        yield running


def test_a_stopped_redis_is_given_up(redis: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    assert timeouts.REDIS.items() <= celeryconfig.broker_transport_options.items()
    for name in ("socket_timeout", "socket_connect_timeout"):
        monkeypatch.setitem(timeouts.REDIS, name, 0.3)
    pace = RedisRateLimiter(broker.redis(redis.url))
    assert 0 == pace.reserve(1, rate=1000)
    with Connection(redis.url, transport_options=timeouts.REDIS) as queue:  # type: ignore[no-untyped-call]
        queue.connect()
        with stopped(redis.pid):
            with pytest.raises(RedisError):
                pace.reserve(1, rate=1000)
            assert broker.UNREACHABLE == broker.trouble(Settings(broker_url=redis.url), "campaign")
            with pytest.raises((BrokerError, RedisError)), queue.SimpleQueue("campaign") as waiting:
                waiting.put("tick")

    assert 0 <= pace.reserve(1, rate=1000)
    assert Redis.from_url(redis.url).ping()
