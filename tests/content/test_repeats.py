"""What readers have had before is named: a tip of the last twelve months, last month's text."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from campaigns.checks import checklist, repeats
from campaigns.checks.repeats import Surroundings
from campaigns.content.compile import compile_message
from campaigns.content.fields import Content, Tip
from campaigns.planning import approval, drafts
from campaigns.writing import review
from tests.content.samples import APPROVER, CONTENT, FILE, MONTH, QUESTIONS, imported

BILLS = Tip("Put your bills on one page", "Write down what comes in, what goes out, and when.")
METER = Tip("Read your meter", "Take a photo of it on the first of each month and send it in.")
REWORDED = Tip("Bills on a page", "Write down what comes in, what goes out, and when it does.")


def _said(content: Content, *earlier: tuple[str, Content]) -> list[tuple[str, str]]:
    found = repeats.findings(content, earlier)
    return [(finding.field, finding.message) for finding in found]


@pytest.mark.parametrize("again", [BILLS, replace(BILLS, title="Bills"), REWORDED])
def test_a_tip_of_the_last_months_is_named_with_its_month(again: Tip) -> None:
    before = replace(CONTENT, tips=(BILLS,))
    now = replace(CONTENT, tips=(METER, again), subject="Another")

    assert [("tips.2.body", "this tip was in the email of October 2026; choose another")] == _said(
        now, ("2026-11", CONTENT), ("2026-10", before)
    )


def test_a_tip_that_is_there_twice_is_named_once() -> None:
    now = replace(CONTENT, tips=(BILLS, METER, BILLS))

    assert ["tips.3.body"] == [field for field, _ in _said(now)]


def test_a_text_that_was_not_changed_is_named_as_a_whole() -> None:
    assert [("email", "the text is word for word that of November 2026; write a new one")] == _said(
        CONTENT, ("2026-11", CONTENT)
    )


def test_another_tip_about_the_same_thing_is_left_alone() -> None:
    other = Tip("Read your meter", "Suppliers guess if nobody tells them. A minute saves pounds.")

    assert [] == _said(
        replace(CONTENT, tips=(other,)), ("2026-11", replace(CONTENT, tips=(METER,)))
    )


def test_dates_are_judged_by_the_day_of_sending(session: Session, now: datetime) -> None:
    sends = datetime.fromisoformat("2026-12-15T10:00:00+00:00")
    content = replace(CONTENT, closing="Tell us by 10 December.")
    message = compile_message(content, MONTH)
    sent_later = checklist.check(
        content, message, known_questions=QUESTIONS, beside=Surroundings(sends)
    )

    assert ["“10 December” is a deadline before the email is sent; check that it is meant"] == [
        finding.message for finding in sent_later
    ]
    assert [] == checklist.check(content, message, known_questions=QUESTIONS)


def test_only_what_was_approved_counts_as_sent(session: Session, now: datetime) -> None:
    def said() -> list[str]:
        found = review.of_campaign(session, drafts.find(session, "2027-01"))
        return [finding.message for finding in found.findings] if found else []

    imported(session, now)
    imported(session, now, FILE.replace("2026-12", "2027-01"))
    assert [] == said()

    approval.approve(session, month=MONTH, by=APPROVER, now=now)
    assert ["the text is word for word that of December 2026; write a new one"] == said()
