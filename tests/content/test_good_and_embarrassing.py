"""Good texts are left alone, and embarrassing ones are named: the checks warn and never nag.

`texts/good_*.txt` holds tips as they are written for tenants, each under its month and its title;
`texts/embarrassing.txt` holds what must never go out unsaid.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path

import pytest

from campaigns.checks import checklist
from campaigns.content.compile import CompiledMessage, compile_message
from campaigns.content.fields import Content, Tip
from campaigns.content.findings import Finding
from kit.errors import BadInput
from kit.months import first_day

TEXTS = Path(__file__).parent / "texts"
MARK = "=== "
EMBARRASSING_MONTH = "2026-12"
BODY = "tips.1.body"


def _parts(file: Path) -> Iterator[str]:
    return (part.strip("\n") for part in file.read_text("utf-8").split(MARK)[1:])


def _good() -> Iterator[tuple[str, Tip]]:
    for file in sorted(TEXTS.glob("good_*.txt")):
        for part in _parts(file):
            head, _, body = part.partition("\n")
            month, _, title = head.partition(" ")
            yield month, Tip(title, body)


def _batches() -> Iterator[tuple[str, tuple[Tip, ...]]]:
    """Tips of one month, as many as one email should have."""
    for month, texts in groupby(sorted(_good(), key=itemgetter(0)), key=itemgetter(0)):
        tips = (tip for _month, tip in texts)
        while batch := tuple(islice(tips, checklist.TIPS_READ)):
            yield month, batch


EMAIL = Content(
    subject="How was your month?",
    preheader="Two minutes, and one tip",
    questions=("work",),
    opening="Hello,\n\nhow are you?",
    tips=(Tip("Write it down", "Keep a list of what you pay."),),
    closing="Thank you for reading.",
)


def findings_of(month: str, *tips: Tip) -> list[Finding]:
    content = replace(EMAIL, tips=tips)
    return checklist.check(content, _compiled(content, month), known_questions=["work"])


def _compiled(content: Content, month: str) -> CompiledMessage | None:
    try:
        return compile_message(content, month)
    except BadInput:
        return None


def test_good_texts_give_no_finding() -> None:
    texts = [tip for _month, tip in _good()]
    false = [(month, each) for month, tips in _batches() for each in findings_of(month, *tips)]
    print(f"false findings: {len(false)} of {len(texts)} good texts")

    assert 200 <= len({tip.body for tip in texts}) == len(texts)
    assert [] == false


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
        content = replace(EMAIL, opening=text)
        message = compile_message(content, sends, last_check_in=last)
        assert [] == checklist.check(content, message, known_questions=["work"])


def test_there_are_a_hundred_embarrassing_texts() -> None:
    assert 100 <= len(set(_parts(TEXTS / "embarrassing.txt")))


@pytest.mark.parametrize("text", list(_parts(TEXTS / "embarrassing.txt")))
def test_an_embarrassing_text_is_named_at_its_field(text: str) -> None:
    assert BODY in [
        finding.field for finding in findings_of(EMBARRASSING_MONTH, Tip("A title", text))
    ]
