"""The help that tenants are shown is looked over each year, and `checkin doctor` says if not."""

from datetime import timedelta
from itertools import chain

import pytest

from checkin.diagnosis import free_help
from checkin.findings import Unwell
from kit import languages
from portal import signposts
from portal.free_help import CHECKED_EVERY, read

FIRST_CHECKED = min(
    entry.checked for code in languages.ALL for entry in read(code).everything().values()
)
TOMORROW = timedelta(days=1)


def test_help_that_was_checked_within_a_year_is_well() -> None:
    assert "within a year" in free_help(FIRST_CHECKED + CHECKED_EVERY)


def test_help_that_nobody_checked_for_a_year_is_named() -> None:
    with pytest.raises(Unwell, match=r"nobody has checked https://www\.samaritans\.org/"):
        free_help(FIRST_CHECKED + CHECKED_EVERY + TOMORROW)


@pytest.mark.parametrize("language", languages.ALL)
def test_every_language_lists_the_help_that_fits_an_answer(language: str) -> None:
    listed = read(language)
    assert set(chain(*signposts.FITTING.values())) <= listed.help.keys()
    assert {*signposts.USUAL, *chain(*signposts.OFFICIAL.values())} <= listed.official.keys()
    assert listed.crisis


def test_both_languages_give_the_same_numbers() -> None:
    english, welsh = (
        {key: [number for number, _nation in entry.calls] for key, entry in help_.items()}
        for help_ in (read("en").everything(), read("cy").everything())
    )
    assert english == welsh
