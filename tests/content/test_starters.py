"""The library of tips: whole, neutral, and fit to be sent as it stands."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from campaigns import calendar
from campaigns.checks import checklist
from campaigns.content.compile import compile_message
from campaigns.content.fields import Content, Tip, is_bilingual
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
@pytest.mark.parametrize("text", [samples.sample_content, samples.bilingual_content])
def test_a_tip_of_the_library_passes_every_check_in_its_month(
    text: Callable[[str], Content], starter: Starter
) -> None:
    month = f"2027-{calendar.MONTHS.index(starter.month) + 1:02d}"
    content = text(month)
    content = replace(content, tips=(starters.fitting(starter.tip, content),))
    message = compile_message(content, month)

    assert [] == checklist.check(content, message, known_questions=QUESTIONS)


@pytest.mark.parametrize("starter", starters.library(), ids=_names)
def test_a_tip_points_to_advice_and_names_no_figure_that_goes_stale(starter: Starter) -> None:
    for body in (starter.tip.body, starter.tip.welsh_body):
        words = re.sub(r"\(https://[^)]+\)", "", body)

        assert "](https://" in body
        assert re.search(r"[0-9£%]", words) is None


@pytest.mark.parametrize("starter", starters.library(), ids=_names)
def test_the_welsh_of_a_tip_has_as_many_links_and_items(starter: Starter) -> None:
    for mark in ("](https://", "\n- "):
        assert starter.tip.body.count(mark) == starter.tip.welsh_body.count(mark)
    assert all((starter.tip.welsh_title, starter.tip.welsh_body))


def test_a_tip_brings_no_welsh_into_a_text_without_any() -> None:
    content = samples.sample_content("2027-01")
    tips = (*content.tips, starters.fitting(starters.find("january-1").tip, content))

    assert not is_bilingual(replace(content, tips=tips))


def test_a_tip_is_found_by_its_key() -> None:
    chosen = starters.library()[0]

    assert chosen == starters.find("january-1")
    assert isinstance(chosen.tip, Tip)
    with pytest.raises(NotFound, match="Choose a tip"):
        starters.find("january-99")
