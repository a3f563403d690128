"""What is remembered outside the campaign database, in a file and in Redis."""

from pathlib import Path

import pytest
from redis import Redis

from campaigns.sending import high_water_mark
from campaigns.sending.high_water_mark import HighWaterMark, in_redis
from kit.anchors import Anchor, FileAnchor, Held


@pytest.fixture(params=["file", "redis"])
def mark(request: pytest.FixtureRequest, tmp_path: Path) -> HighWaterMark:
    if request.param == "file":
        return HighWaterMark(FileAnchor(tmp_path / "made" / "campaign.mark"))
    return in_redis(request.getfixturevalue("redis"))


def test_a_mark_only_ever_rises(mark: HighWaterMark) -> None:
    assert mark.read() == 0
    for number in (5, 9, 7):
        mark.raise_to(number)
    assert mark.read() == 9


def test_two_installations_on_one_redis_have_a_mark_each(redis: Redis) -> None:
    one, other = (in_redis(redis, prefix=prefix) for prefix in ("", "other:"))
    other.raise_to(9)
    assert (one.read(), other.read()) == (0, 9)
    redis.delete(f"other:{high_water_mark.KEY}")


def test_a_torn_file_counts_as_lost(tmp_path: Path) -> None:
    file = tmp_path / "campaign.mark"
    file.write_text("1{")
    mark = HighWaterMark(FileAnchor(file))
    assert mark.read() == 0
    mark.raise_to(5)
    assert mark.read() == 5


class Contested:
    """An anchor to which another worker writes a number whenever this one has read it."""

    def __init__(self, anchor: Anchor, *others: int) -> None:
        self._anchor, self._others = anchor, list(others)

    def read(self) -> Held:
        held = self._anchor.read()
        if self._others:
            self._anchor.write(str(self._others.pop(0)), over=held)
        return held

    def write(self, text: str, *, over: Held) -> None:
        self._anchor.write(text, over=over)

    def beside(self, name: str) -> Anchor:
        return self._anchor.beside(name)


@pytest.mark.parametrize(("others", "highest"), [((3, 5), 7), ((3, 9), 9)])
def test_of_two_who_raise_at_once_the_higher_stays(
    tmp_path: Path, others: tuple[int, ...], highest: int
) -> None:
    mark = HighWaterMark(Contested(FileAnchor(tmp_path / "campaign.mark"), *others))
    mark.raise_to(7)
    assert mark.read() == highest
