"""One Redis with the ACL as deployed: each side works, and neither reaches the other's keys."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kombu
import pytest
from kombu.transport.redis import SWEEP_BINDINGS
from redis import Redis
from redis.exceptions import AuthenticationError, NoPermissionError

from campaigns.sending.high_water_mark import in_redis
from campaigns.ses.rate_limiter import RedisRateLimiter
from kit.errors import Refused
from kit.ports import free_port
from tests.chaos import broker
from tests.conftest import skip_or_fail
from tests.deploy.redis_server import redis_server, redis_url
from tests.deploy.sides import DEPLOY, ROLES

Celerys: Any = kombu
SIDES = tuple(ROLES)
OTHER = {"campaign": "platform", "platform": "campaign"}
KEYS = ("{0}", "{0}:{0}", "{0}:unacked", "{0}:_kombu.binding.{0}", "unacked", "checkin:pace", "spy")
ON_A_KEY = (
    "GET {}",
    "SET {} x",
    "DEL {}",
    "EXISTS {}",
    "LPUSH {} x",
    "RPOP {}",
    "BRPOP {} 1",
    "LLEN {}",
    "HGET {} x",
    "HSET {} x x",
    "ZADD {} 1 x",
    "ZRANGE {} 0 -1",
    "SMEMBERS {}",
    "SADD {} x",
    "EXPIRE {} 1",
    "WATCH {}",
    "SUBSCRIBE {}",
    "PSUBSCRIBE {}*",
    "PUBLISH {} x",
)
ON_THE_SERVER = (
    *("KEYS *", "SCAN 0", "DBSIZE", "RANDOMKEY", "FLUSHALL", "FLUSHDB", "SWAPDB 0 1"),
    *("CONFIG GET *", "CONFIG SET maxmemory 1", "ACL LIST", "ACL SETUSER spy", "ACL LOG"),
    *("MONITOR", "SLOWLOG GET", "LATENCY LATEST", "MEMORY STATS", "CLIENT LIST"),
    *("CLIENT KILL ID 1", "PUBSUB CHANNELS", "PSUBSCRIBE *", "SHUTDOWN", "SAVE", "BGREWRITEAOF"),
    *("REPLICAOF NO ONE", "MODULE LIST", "FUNCTION LIST", "SCRIPT FLUSH", "OBJECT HELP", "SORT x"),
)


@pytest.fixture(scope="module")
def urls(credentials: Path) -> Iterator[dict[str, str]]:
    """A Redis with the deployed configuration, and each side's way into it."""
    if not broker.is_possible():
        skip_or_fail("redis-server")
    port = free_port()
    with redis_server(port, credentials / "redis", users=credentials / "redis" / "users.acl"):
        yield {side: redis_url(credentials / side / "worker.env", port) for side in SIDES}


@pytest.mark.parametrize("side", SIDES)
def test_a_side_cannot_touch_the_others_keys(urls: dict[str, str], side: str) -> None:
    commands = [each.format(key.format(OTHER[side])) for key in KEYS for each in ON_A_KEY]

    assert [] == _passed(urls[side], commands)


@pytest.mark.parametrize("side", SIDES)
def test_a_side_cannot_look_about_or_command_the_server(urls: dict[str, str], side: str) -> None:
    reach = f"return redis.call('GET', '{OTHER[side]}:{OTHER[side]}')"

    assert [] == _passed(urls[side], ON_THE_SERVER)
    with Redis.from_url(urls[side]) as session, pytest.raises(Exception, match="key"):
        session.eval(reach, 0)


@pytest.mark.parametrize("side", SIDES)
def test_celerys_transport_works_for_each_side(urls: dict[str, str], side: str) -> None:
    options = {"global_keyprefix": f"{side}:"}
    with Celerys.Connection(urls[side], transport_options=options) as connection:
        queue = Celerys.Queue(side, routing_key=side)(connection.channel())
        queue.declare()
        connection.Producer(serializer="json").publish({"id": 1}, routing_key=side, exchange="")
        taken = queue.get()
        assert taken is not None
        taken.requeue()
        again = queue.get()
        assert again is not None
        again.ack()

    assert {"id": 1} == again.payload


@pytest.mark.parametrize("channel", ["/0.celery.pidbox", "/0.celeryev/worker.*"])
@pytest.mark.parametrize("side", SIDES)
def test_workers_hear_each_other(urls: dict[str, str], side: str, channel: str) -> None:
    """Redis wants a pattern that is subscribed to spelt as its ACL spells it."""
    with Redis.from_url(urls[side]) as session, session.pubsub() as heard:
        heard.psubscribe(f"{side}:{channel}")
        answer = heard.get_message(timeout=60)

    assert answer is not None
    assert "psubscribe" == answer["type"]


@pytest.mark.parametrize("side", SIDES)
def test_a_side_may_run_the_sweep_that_each_of_its_workers_runs(
    urls: dict[str, str], side: str
) -> None:
    """It lets go of the replies of a worker that never came back: its binding is overdue."""
    prefix = f"{side}:_kombu.binding"
    keys = [f"{prefix}_deadlines", f"{prefix}.", f"{prefix}_permanent.", 10]
    with Redis.from_url(urls[side]) as session:
        session.sadd(f"{prefix}.gone", "x")
        session.zadd(f"{prefix}_deadlines", {"gone": 1})
        session.eval(SWEEP_BINDINGS, 1, *keys)

        assert 0 == session.exists(f"{prefix}.gone")


@pytest.mark.parametrize("side", SIDES)
def test_nobody_but_redis_operator_may_load_the_users(
    urls: dict[str, str], credentials: Path, side: str
) -> None:
    assert [] == _passed(urls[side], ["ACL LOAD", f"ACL SETUSER {side} >x"])
    password = (credentials / "redis" / "operator.password").read_text()
    port = urls[side].rpartition(":")[2].partition("/")[0]
    operator = f"redis://operator:{password}@127.0.0.1:{port}/0"

    assert ["ACL LOAD"] == _passed(operator, ["ACL LOAD", *_forbidden()])


def test_only_the_campaign_side_keeps_the_rate_and_the_mark(urls: dict[str, str]) -> None:
    with Redis.from_url(urls["campaign"]) as session:
        RedisRateLimiter(session, prefix="campaign:").reserve(1, 10.0)
        in_redis(session, prefix="campaign:").raise_to(7)
        assert 7 == in_redis(session, prefix="campaign:").read()
    with (
        Redis.from_url(urls["platform"]) as session,
        pytest.raises(Refused, match="NoPermissionError"),
    ):
        in_redis(session, prefix="campaign:").read()


def test_what_was_written_in_a_transaction_is_there_after_a_restart(
    urls: dict[str, str], credentials: Path, tmp_path: Path
) -> None:
    """Redis replays its log as the user `default`, and asks the ACL what that user may do."""
    port, users = free_port(), credentials / "redis" / "users.acl"
    url = redis_url(credentials / "campaign" / "worker.env", port)
    with redis_server(port, tmp_path, users=users), Redis.from_url(url) as session:
        session.pipeline(transaction=True).set("campaign:a", 1).set("campaign:b", 2).execute()
    with redis_server(port, tmp_path, users=users), Redis.from_url(url) as session:
        assert [b"1", b"2"] == [session.get("campaign:a"), session.get("campaign:b")]


def test_nobody_signs_in_without_a_password(urls: dict[str, str]) -> None:
    port = urls["campaign"].rpartition(":")[2]
    for user in ("", "default:", "default:guess", "campaign:guess"):
        address = f"redis://{user}{'@' if user else ''}127.0.0.1:{port}"
        with Redis.from_url(address) as session, pytest.raises(AuthenticationError):
            session.ping()


def test_what_was_taken_is_on_the_disk_and_nothing_is_ever_evicted() -> None:
    lines = (DEPLOY / "redis" / "redis.conf").read_text().splitlines()

    assert {"appendonly yes", "maxmemory-policy noeviction"} <= set(lines)


def _forbidden() -> list[str]:
    """What Redis's operator may not: it may read why others were refused, and no key."""
    on_keys = [each.format("campaign:campaign") for each in ON_A_KEY]
    return [each for each in (*ON_THE_SERVER, *on_keys) if each != "ACL LOG"]


def _passed(url: str, commands: Iterator[str] | tuple[str, ...] | list[str]) -> list[str]:
    """Those that Redis did not refuse for want of a permission."""
    passed = []
    for command in commands:
        with Redis.from_url(url, socket_timeout=30) as session:
            try:
                session.execute_command(*command.split())
            except NoPermissionError:
                continue
            passed.append(command)
    return passed
