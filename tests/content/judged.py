"""The good and the embarrassing texts, judged; prints the rate of false findings.

    .venv/bin/python -m tests.content.judged

`texts/good_*.txt` holds tips as they are written for tenants, each under its month and its title;
`texts/embarrassing.txt` holds what must never go out unsaid.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path

from campaigns.checks import checklist
from campaigns.content.compile import CompiledMessage, compile_message
from campaigns.content.fields import Content, Tip
from campaigns.content.findings import Finding
from kit.errors import BadInput

TEXTS = Path(__file__).parent / "texts"
MARK = "=== "
EMBARRASSING_MONTH = "2026-12"
BODY = "tips.1.body"


def parts(file: Path) -> Iterator[str]:
    return (part.strip("\n") for part in file.read_text("utf-8").split(MARK)[1:])


def good() -> Iterator[tuple[str, Tip]]:
    for file in sorted(TEXTS.glob("good_*.txt")):
        for part in parts(file):
            head, _, body = part.partition("\n")
            month, _, title = head.partition(" ")
            yield month, Tip(title, body)


def _batches() -> Iterator[tuple[str, tuple[Tip, ...]]]:
    """Tips of one month, as many as one email should have."""
    for month, texts in groupby(sorted(good(), key=itemgetter(0)), key=itemgetter(0)):
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


def embarrassing() -> list[str]:
    """Texts that must be named."""
    return list(parts(TEXTS / "embarrassing.txt"))


def false_findings() -> list[tuple[str, Finding]]:
    """What is found in good texts, with the month of each."""
    return [(month, each) for month, tips in _batches() for each in findings_of(month, *tips)]


def is_named(text: str) -> bool:
    """Whether an embarrassing text is named at its field."""
    found = findings_of(EMBARRASSING_MONTH, Tip("A title", text))
    return BODY in [finding.field for finding in found]


def summary() -> str:
    """The rate of false findings, and how many embarrassments are named, in a line."""
    false, texts, bad = len(false_findings()), len(list(good())), embarrassing()
    named = sum(map(is_named, bad))
    return (
        f"False findings: {false} in {texts} good texts ({false / texts:.1%}). "
        f"Embarrassing texts named: {named} of {len(bad)}."
    )


if __name__ == "__main__":
    print(summary())
