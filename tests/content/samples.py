"""What the content tests begin with."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import staff
from campaigns.content.fields import Content, Tip
from campaigns.models import AuditEntry, Campaign, Question, Role
from campaigns.planning import drafts

MONTH = "2026-12"
AUTHOR = "author@example.org"
APPROVER = "approver@example.org"
STRANGER = "stranger@example.org"
QUESTIONS = ("work", "hours")

CONTENT = Content(
    subject="Has anything changed this month?",
    preheader="Two minutes, and a tip for the cold weather",
    questions=QUESTIONS,
    opening="Hello,\n\nthis is the check-in for {{ month_name }}.",
    tips=(Tip("Keep a list", "Write down *what* must be paid, and **when**."),),
    closing="Thank you.",
)

FILE = """---
month: 2026-12
send_at: 2026-12-01T10:00
not_after: 48h
subject: Has anything changed this month?
preheader: Two minutes, and a tip for the cold weather
questions: [work, hours]
---
Hello,

this is the check-in for {{ month_name }}.

## Tips

### Keep a list
Write down *what* must be paid, and **when**.

## Closing

Thank you.
"""
BOTH = replace(
    CONTENT,
    tips=(replace(CONTENT.tips[0], welsh_title="Cadwch restr", welsh_body="Nodwch *beth*."),),
    welsh_subject="Oes rhywbeth wedi newid?",
    welsh_preheader="Dwy funud",
    welsh_opening="Helo,\n\ndyma’r check-in ar gyfer {{ month_name }}.",
    welsh_closing="Diolch.",
)
"""The same in both languages."""


def file_with(old: str, new: str) -> str:
    """The sample file with one thing changed."""
    assert old in FILE
    return FILE.replace(old, new, 1)


def publish_questions(session: Session, keys: Sequence[str] = QUESTIONS) -> None:
    """Put questions into the catalogue, as the platform does."""
    for position, key in enumerate(keys):
        session.add(Question(key=key, position=position, version=1, title=key, preview={}))


def hire(session: Session, now: datetime) -> None:
    """An author, and an approver who writes as well."""
    staff.add(session, email=AUTHOR, roles=[Role.AUTHOR], by="cli", now=now)
    staff.add(session, email=APPROVER, roles=[Role.AUTHOR, Role.APPROVER], by="cli", now=now)
    session.flush()


def imported(session: Session, now: datetime, text: str = FILE) -> Campaign:
    """The month's campaign after its author imported a file."""
    return drafts.import_file(session, text, by=AUTHOR, now=now)


def actions(session: Session) -> list[str]:
    """What the audit says of saving and approving, in order."""
    wanted = {"draft saved", "approved", "approval voided"}
    entries = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))
    return [action for action in entries if action in wanted]
