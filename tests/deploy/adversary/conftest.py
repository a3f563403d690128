"""Months that begin from one copied state, each lived once and compared as often as needed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from redis import Redis

from kit.ports import free_port
from sandbox.account import NO_LIMIT, AccountLimits
from sandbox.service import Sandbox
from tests.chaos import broker
from tests.conftest import skip_or_fail
from tests.deploy.adversary import looking, month
from tests.deploy.adversary.deeds import Deeds
from tests.deploy.adversary.month import SEND_AT, DeployedMonth, Leak
from tests.deploy.adversary.sight import Sight
from tests.deploy.redis_server import redis_server, redis_url
from tests.deploy.sides import ROLES, Sides

Live = Callable[..., Sight]
LIMITS = AccountLimits(max_send_rate=500.0, max_24_hour_send=NO_LIMIT)


@pytest.fixture(scope="module")
def live(
    sides: Sides, credentials: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """`live(deeds)` is what the campaign side sees of a month in which this is done."""
    if not broker.is_possible():
        skip_or_fail("redis-server")
    saved = month.prepare(sides, tmp_path_factory.mktemp("state") / "files")

    @cache
    def lived(deeds: Deeds, leak: Leak | None = None) -> Sight:
        folder = tmp_path_factory.mktemp("month")
        with _redis(credentials, folder) as redis, _ses() as sandbox:
            begun = month.begun(sides, saved, folder / "files", redis, sandbox)
            with begun as lives:
                if leak is not None:
                    leak(lives)
                return _live(lives, deeds)

    yield lived
    for side in sides.values():
        side.empty()


def _live(lives: DeployedMonth, deeds: Deeds) -> Sight:
    sight = Sight()
    for deed in deeds.before:
        deed(lives)
    lives.clock.now = SEND_AT - timedelta(minutes=10)
    lives.tick()
    lives.note_links()
    for deed in deeds.listed:
        deed(lives)
    lives.clock.now = SEND_AT
    lives.tick()
    for deed in deeds.after:
        lives.clock.now += timedelta(days=1)
        deed(lives)
    lives.clock.now = SEND_AT + timedelta(days=3)
    lives.tick()
    looking.look(lives, sight, "open")
    looking.press_links(lives, sight, "pressed")
    lives.tick()
    looking.press_stop(lives, sight, "stopped")
    lives.tick()
    lives.clock.now += timedelta(days=70)
    lives.tick()
    looking.look(lives, sight, "closed")
    looking.open_links(lives, sight, "closed")
    return sight.without_chance(lives.tokens())


@contextmanager
def _redis(credentials: Path, folder: Path) -> Iterator[dict[str, Redis]]:
    """A Redis that knows nothing yet, and each side's session with it."""
    port, users = free_port(), credentials / "redis" / "users.acl"
    with redis_server(port, folder, users=users), ExitStack() as stack:
        urls = {side: redis_url(credentials / side / "worker.env", port) for side in ROLES}
        yield {side: stack.enter_context(Redis.from_url(url)) for side, url in urls.items()}


@contextmanager
def _ses() -> Iterator[Sandbox]:
    """The campaign side's SES and its queue, for whoever connects meanwhile."""
    with (
        Sandbox(limits=LIMITS, event_delay=0, inbox=None) as sandbox,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in sandbox.environment.items():
            patch.setenv(name, value)
        yield sandbox
