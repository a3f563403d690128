from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import durations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7s", timedelta(seconds=7)),
        ("10m", timedelta(minutes=10)),
        ("48h", timedelta(hours=48)),
        (" 30d ", timedelta(days=30)),
    ],
)
def test_a_duration_is_read(text: str, expected: timedelta) -> None:
    assert expected == durations.parse(text)


@pytest.mark.parametrize(
    "text", ["", "7", "s", "1w", "1.5h", "-7s", "7 s", "7s8s", "٧s", "9999999s"]
)
def test_anything_else_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(ValueError, match="write one as 7s, 10m, 48h or 30d"):
        durations.parse(text)


@given(st.integers(min_value=1, max_value=999_999).map(lambda seconds: timedelta(seconds=seconds)))
def test_what_is_written_reads_back(duration: timedelta) -> None:
    assert duration == durations.parse(durations.as_text(duration))
