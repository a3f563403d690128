"""Both kinds of anchor keep the same promises to two writers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kit import anchors
from kit.anchors import Anchor, AnchorMoved, FileAnchor, Held, ObjectAnchor
from kit.errors import Refused
from tests.support import object_store
from tests.support.object_store import PLACE


@pytest.fixture(params=["file", "object"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    with object_store.running(monkeypatch):
        yield str(tmp_path / "apart" / "anchor") if request.param == "file" else PLACE


@pytest.fixture
def anchor(place: str) -> Anchor:
    return anchors.open_anchor(place)


def test_a_place_says_which_kind_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with object_store.running(monkeypatch):
        kinds = [type(anchors.open_anchor(place)) for place in (str(tmp_path), PLACE)]

    assert [FileAnchor, ObjectAnchor] == kinds


def test_an_anchor_is_empty_until_something_is_written(anchor: Anchor) -> None:
    assert Held("", None) == anchor.read()


def test_what_was_written_is_held_until_it_is_replaced(anchor: Anchor, place: str) -> None:
    anchor.write("one", over=anchor.read())
    anchor.write("two", over=anchor.read())

    assert "two" == anchors.open_anchor(place).read().text


@pytest.mark.parametrize("before", ["", "held before"])
def test_of_two_writers_one_is_refused(anchor: Anchor, before: str) -> None:
    if before:
        anchor.write(before, over=anchor.read())
    read_by_both = anchor.read()
    anchor.write("of the first", over=read_by_both)

    with pytest.raises(AnchorMoved, match="Somebody else wrote"):
        anchor.write("of the second", over=read_by_both)

    assert "of the first" == anchor.read().text


@pytest.mark.parametrize("place", ["file"], indirect=True)
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


def test_another_anchor_lies_beside_it(anchor: Anchor, place: str) -> None:
    anchor.beside("other").write("another text", over=Held())

    folder = place.rpartition("/")[0]
    assert "another text" == anchors.open_anchor(f"{folder}/other").read().text
    assert "" == anchor.read().text


def test_a_bucket_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with object_store.running(monkeypatch):
        gone = anchors.open_anchor("s3://no-such-bucket/releases")
        with pytest.raises(Refused, match=r"s3://no-such-bucket/releases cannot be read \(NoSuch"):
            gone.read()
        with pytest.raises(Refused, match=r"was not written \(NoSuchBucket\)"):
            gone.write("text", over=Held())
