"""Review a text: the email that it makes, and what the checks say about both.

A review depends on its arguments alone, so a process remembers the latest ones, and their emails: a
text is compiled once a version, however many pages show it.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.checks import checklist
from campaigns.checks.repeats import Surroundings
from campaigns.content import findings, rendering
from campaigns.content.compile import CompiledMessage, compile_message
from campaigns.content.fields import Content, tidy
from campaigns.content.findings import Finding
from campaigns.models import Campaign
from campaigns.writing import messages, versions
from kit.errors import BadInput

REMEMBERED = 64
"""Reviews a process remembers: a year's months in several versions, some 50 KB each."""


@dataclass(frozen=True, slots=True)
class Review:
    """A text with what the checks say about it.

    `message` is None where the text cannot be an email yet; the findings say why. `filled` is the
    text with its placeholders filled in, or as it was typed where that cannot be done.
    """

    content: Content
    filled: Content
    message: CompiledMessage | None
    findings: tuple[Finding, ...]

    @property
    def subject(self) -> str:
        return rendering.subject(self.filled)

    @property
    def preheader(self) -> str:
        return rendering.preheader(self.filled)

    @property
    def by_field(self) -> Mapping[str, list[Finding]]:
        found: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.findings:
            found[finding.field].append(finding)
        return found

    @property
    def blocking(self) -> list[Finding]:
        return findings.blocking(self.findings)

    def sendable(self) -> CompiledMessage:
        """The email that may go out.

        Raises:
            BadInput: something blocks it; each finding is named.
        """
        findings.refuse(self.blocking)
        if self.message is None:
            raise RuntimeError("a text that nothing blocks makes no email")
        return self.message


def of_text(session: Session, content: Content, month: str) -> Review:
    """Review the text of `month` ("2026-12"); it need not be saved."""
    known = tuple(versions.known_questions(session))
    last = versions.last_check_in(session, month)
    return _review(tidy(content), month, known, last, _surroundings(session, month))


def of_campaign(session: Session, campaign: Campaign) -> Review | None:
    """Review a campaign's latest version; None where nothing was written yet.

    Once it is approved, the message is the stored one: the very bytes that were approved.
    """
    if campaign.version == 0:
        return None
    content = tidy(versions.content_of(session, campaign))
    known = tuple(versions.known_questions(session))
    last = versions.last_check_in(session, campaign.month)
    beside = _surroundings(session, campaign.month)
    if campaign.content_hash:
        approved = messages.load(session, campaign.content_hash)
        return _review(content, campaign.month, known, last, beside, approved)
    return _review(content, campaign.month, known, last, beside)


def _surroundings(session: Session, month: str) -> Surroundings:
    """The month's own time, and the approved texts of the twelve months before it."""
    send_at = session.scalar(select(Campaign.send_at).where(Campaign.month == month))
    return Surroundings(send_at, tuple(versions.approved_in_year_before(session, month)))


@lru_cache(maxsize=REMEMBERED)
def _review(
    content: Content,
    month: str,
    known: tuple[str, ...],
    last: date | None,
    beside: Surroundings,
    approved: CompiledMessage | None = None,
) -> Review:
    message = approved or _compiled(content, month, last)
    return Review(
        content=content,
        filled=_filled(content, message) if message else content,
        message=message,
        findings=tuple(checklist.check(content, message, known_questions=known, beside=beside)),
    )


def _filled(content: Content, message: CompiledMessage) -> Content:
    return rendering.filled(content, message.month, last_check_in=message.last_check_in)


@lru_cache(maxsize=REMEMBERED)
def _compiled(content: Content, month: str, last: date | None) -> CompiledMessage | None:
    try:
        return compile_message(content, month, last_check_in=last)
    except BadInput:
        return None
