"""Good texts are left alone, and embarrassing ones are named: the checks warn and never nag."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.checks import checklist
from campaigns.content.compile import compile_message
from campaigns.content.fields import Tip
from kit.months import first_day
from tests.architecture.test_walls import ROOT
from tests.content import judged


def test_good_texts_give_no_finding() -> None:
    texts = [tip for _month, tip in judged.good()]
    assert 200 <= len({tip.body for tip in texts}) == len(texts)
    assert [] == judged.false_findings()


def test_the_rate_is_printed_as_the_documents_say_it() -> None:
    assert judged.summary() in (ROOT / "docs/staff/write.md").read_text("utf-8")


@pytest.mark.parametrize("day", [*range(1, 32, 6), 31])
@pytest.mark.parametrize("sends", ["2026-03", "2026-06", "2026-12", "2027-01"])
def test_what_a_placeholder_fills_in_is_no_finding(sends: str, day: int) -> None:
    first = first_day(sends)
    last = first - timedelta(days=day)
    for text in (
        "What has changed {{ period }}?",
        "{{ month_name }}: what has changed {{ period }}, and what will?",
        "We write in {{ month_name }}. Tell us what is new {{ period }}.",
        "Before you pay, tell us what has changed ({{ period }}).",
    ):
        content = replace(judged.EMAIL, opening=text)
        message = compile_message(content, sends, last_check_in=last)
        assert [] == checklist.check(content, message, known_questions=["work"])


def test_there_are_a_hundred_embarrassing_texts() -> None:
    assert 100 <= len(set(judged.embarrassing()))


@pytest.mark.parametrize("text", judged.embarrassing())
def test_an_embarrassing_text_is_named_at_its_field(text: str) -> None:
    assert judged.is_named(text)


def test_a_welsh_text_is_named_where_a_date_is_on_another_weekday() -> None:
    wrong = Tip("A title", "A text", "Teitl", "Dewch ar ddydd Mawrth, 11eg o Ragfyr 2026.")
    right = replace(wrong, welsh_body="Dewch ar ddydd Gwener, 11eg o Ragfyr 2026.")

    assert "tips.1.welsh_body" in [each.field for each in judged.findings_of("2026-12", wrong)]
    assert "tips.1.welsh_body" not in [each.field for each in judged.findings_of("2026-12", right)]
