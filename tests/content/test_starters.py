"""The library of tips: whole, neutral, and fit to be sent as it stands."""

import re
from dataclasses import replace

import pytest

from campaigns import calendar
from campaigns.checks import checklist
from campaigns.content.compile import compile_message
from campaigns.content.fields import Tip
from campaigns.writing import samples, starters
from campaigns.writing.starters import Starter
from kit.errors import NotFound
from replies.form.questions import CATALOGUE

QUESTIONS = tuple(question.key for question in CATALOGUE)


def _names(starter: Starter) -> str:
    return starter.key


def test_every_month_has_two_tips() -> None:
    months = [starter.month for starter in starters.library()]

    assert [month for month in calendar.MONTHS for _ in range(2)] == months


@pytest.mark.parametrize("starter", starters.library(), ids=_names)
def test_a_tip_of_the_library_passes_every_check_in_its_month(starter: Starter) -> None:
    month = f"2027-{calendar.MONTHS.index(starter.month) + 1:02d}"
    content = replace(samples.sample_content(month), tips=(starter.tip,))
    message = compile_message(content, month)

    assert [] == checklist.check(content, message, known_questions=QUESTIONS)


@pytest.mark.parametrize("starter", starters.library(), ids=_names)
def test_a_tip_points_to_advice_and_names_no_figure_that_goes_stale(starter: Starter) -> None:
    words = re.sub(r"\(https://[^)]+\)", "", starter.tip.body)

    assert "](https://" in starter.tip.body
    assert re.search(r"[0-9£%]", words) is None


def test_a_tip_is_found_by_its_key() -> None:
    chosen = starters.library()[0]

    assert chosen == starters.find("january-1")
    assert isinstance(chosen.tip, Tip)
    with pytest.raises(NotFound, match="Choose a tip"):
        starters.find("january-99")
