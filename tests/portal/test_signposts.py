"""The help that tenants are shown is looked over each year, and `checkin doctor` says if not."""

from datetime import timedelta

import pytest

from checkin.diagnosis import free_help
from checkin.findings import Unwell
from portal import signposts


def test_help_that_was_checked_within_a_year_is_well() -> None:
    assert "within a year" in free_help(signposts.CHECKED + signposts.CHECKED_EVERY)


def test_help_that_nobody_checked_for_a_year_is_named() -> None:
    late = signposts.CHECKED + signposts.CHECKED_EVERY + timedelta(days=1)
    with pytest.raises(Unwell, match=r"nobody has checked https://www\.samaritans\.org/"):
        free_help(late)
