"""A time at which an email had better not go is said in words."""

from datetime import datetime

import pytest

from campaigns.checks import send_times
from kit.clock import LONDON

ODD = {
    "2026-12-25T10:00": ["Friday 25 December is a bank holiday; advice lines are closed."],
    "2026-12-26T10:00": ["26 December is a Saturday; at the weekend, advice lines are closed."],
    "2026-12-28T10:00": ["Monday 28 December is a bank holiday; advice lines are closed."],
    "2026-12-05T10:00": ["5 December is a Saturday; at the weekend, advice lines are closed."],
    "2026-12-08T03:00": [
        "03:00 is at night for many readers; between 8:00 and 20:00 wakes nobody."
    ],
    "2026-12-08T20:00": [
        "20:00 is at night for many readers; between 8:00 and 20:00 wakes nobody."
    ],
    "2027-12-01T10:00": [
        "That is in another year: the email of December 2026 goes in December 2027."
    ],
    "2026-11-30T10:00": ["That is in another month: the email of December 2026 goes in November."],
}


@pytest.mark.parametrize(("wall", "said"), ODD.items())
def test_an_odd_time_is_said(wall: str, said: list[str]) -> None:
    moment = datetime.fromisoformat(wall).replace(tzinfo=LONDON)

    assert said == list(send_times.warnings(moment, "2026-12"))


@pytest.mark.parametrize("wall", ["2026-12-01T10:00", "2026-12-01T08:00", "2026-12-31T19:59"])
def test_a_usual_time_says_nothing(wall: str) -> None:
    moment = datetime.fromisoformat(wall).replace(tzinfo=LONDON)

    assert [] == list(send_times.warnings(moment, "2026-12"))
