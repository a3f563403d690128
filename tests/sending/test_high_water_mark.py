"""What is remembered outside the campaign database, in a file and in Redis."""

from pathlib import Path

import pytest
from redis import Redis

from campaigns.sending.high_water_mark import FileMark, HighWaterMark, RedisMark


@pytest.fixture(params=["file", "redis"])
def mark(request: pytest.FixtureRequest, tmp_path: Path) -> HighWaterMark:
    if request.param == "file":
        return FileMark(tmp_path / "made" / "campaign.mark")
    return RedisMark(request.getfixturevalue("redis"))


def test_a_mark_only_ever_rises(mark: HighWaterMark) -> None:
    assert mark.read() == 0
    for number in (5, 9, 7):
        mark.raise_to(number)
    assert mark.read() == 9


def test_two_installations_on_one_redis_have_a_mark_each(redis: Redis) -> None:
    one, other = (RedisMark(redis, prefix=prefix) for prefix in ("", "other:"))
    other.raise_to(9)
    assert (one.read(), other.read()) == (0, 9)
    redis.delete(other._key)


def test_a_torn_file_counts_as_lost(tmp_path: Path) -> None:
    file = tmp_path / "campaign.mark"
    file.write_text("1{")
    mark = FileMark(file)
    assert mark.read() == 0
    mark.raise_to(5)
    assert mark.read() == 5
