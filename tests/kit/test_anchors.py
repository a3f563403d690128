"""Every kind of anchor keeps the same promises to two writers."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from kit import anchors
from kit.anchors import Anchor, AnchorMoved, FileAnchor, Held, ObjectAnchor, RedisAnchor
from kit.errors import Refused
from kit.ids import attempt_id
from tests.conftest import REDIS, skip_or_fail
from tests.support import object_store
from tests.support.object_store import PLACE

Open = Callable[[], Anchor]


@pytest.fixture(params=["file", "object", "redis"])
def opened(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Open]:
    """Opens the anchor of one place, as each process does for itself."""
    if request.param == "redis":
        own = f"checkin:test:{attempt_id()}"
        with _redis(own) as client:
            yield partial(RedisAnchor, client, f"{own}:anchor")
        return
    with object_store.running(monkeypatch):
        file = str(tmp_path / "apart" / "anchor")
        yield partial(anchors.open_anchor, file if request.param == "file" else PLACE)


@contextmanager
def _redis(own: str) -> Iterator[Redis]:
    with Redis.from_url(REDIS) as client:
        try:
            client.ping()
        except RedisConnectionError:
            skip_or_fail("Redis")
        yield client
        if left := list(client.scan_iter(f"{own}:*")):
            client.delete(*left)


@pytest.fixture
def anchor(opened: Open) -> Anchor:
    return opened()


def test_a_place_says_which_kind_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with object_store.running(monkeypatch):
        kinds = [type(anchors.open_anchor(place)) for place in (str(tmp_path), PLACE)]

    assert [FileAnchor, ObjectAnchor] == kinds


def test_an_anchor_is_empty_until_something_is_written(anchor: Anchor) -> None:
    assert Held("", None) == anchor.read()


def test_what_was_written_is_held_until_it_is_replaced(anchor: Anchor, opened: Open) -> None:
    anchor.write("one", over=anchor.read())
    anchor.write("two", over=anchor.read())

    assert "two" == opened().read().text


@pytest.mark.parametrize("before", ["", "held before"])
def test_of_two_writers_one_is_refused(anchor: Anchor, before: str) -> None:
    if before:
        anchor.write(before, over=anchor.read())
    read_by_both = anchor.read()
    anchor.write("of the first", over=read_by_both)

    with pytest.raises(AnchorMoved, match="Somebody else wrote"):
        anchor.write("of the second", over=read_by_both)

    assert "of the first" == anchor.read().text


@pytest.mark.parametrize("opened", ["file", "redis"], indirect=True)
def test_of_many_updates_none_is_lost(anchor: Anchor, monkeypatch: pytest.MonkeyPatch) -> None:
    """moto's object store compares and writes in two steps, so threads prove nothing there."""
    monkeypatch.setattr(anchors, "TRIES", 1_000)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: anchors.update(anchor, _one_more), range(20)))

    assert "20" == anchor.read().text


def _one_more(text: str) -> str:
    return str(int(text or 0) + 1)


def test_an_update_that_changes_nothing_writes_nothing(anchor: Anchor) -> None:
    anchors.update(anchor, lambda text: text)

    assert anchor.read().version is None


def test_another_anchor_lies_beside_it(anchor: Anchor, opened: Open) -> None:
    beside = anchor.beside("anchor-2")
    beside.write("another text", over=Held())

    assert "another text" == opened().beside("anchor-2").read().text
    assert re.sub(r"[^/:]+?( in Redis)?$", r"anchor-2\1", str(anchor)) == str(beside)
    assert "" == anchor.read().text


def test_a_bucket_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with object_store.running(monkeypatch):
        gone = anchors.open_anchor("s3://no-such-bucket/releases")
        with pytest.raises(Refused, match=r"s3://no-such-bucket/releases cannot be read \(NoSuch"):
            gone.read()
        with pytest.raises(Refused, match=r"was not written \(NoSuchBucket\)"):
            gone.write("text", over=Held())


def test_a_redis_that_does_not_answer_is_named() -> None:
    with Redis(port=1) as client:
        gone = RedisAnchor(client, "checkin:mark")
        with pytest.raises(Refused, match=r"checkin:mark in Redis cannot be read \(ConnectionEr"):
            gone.read()
        with pytest.raises(Refused, match=r"cannot be written \(ConnectionError\)"):
            gone.write("text", over=Held())
