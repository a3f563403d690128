"""A month's text as it stands: who wrote it, what the checks say, and the email it makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns.checks import checklist
from campaigns.content import rendering
from campaigns.content.compile import CompiledMessage, compile_message
from campaigns.content.fields import Content
from campaigns.content.findings import Finding, blocking
from campaigns.models import Campaign, Draft
from campaigns.writing import messages, versions
from kit.errors import BadInput


@dataclass(frozen=True, slots=True)
class MonthText:
    """The current version, its placeholders filled in.

    `message` is None where the text cannot be made into an email; the findings say why.
    """

    content: Content
    author: str
    saved_at: datetime
    message: CompiledMessage | None
    findings: Sequence[Finding]

    @property
    def blocking(self) -> int:
        return len(blocking(self.findings))


def load(session: Session, campaign: Campaign) -> MonthText | None:
    """The current version with its checks; None where nothing was written yet.

    Once approved, the message is the stored one: the very bytes that were approved.
    """
    draft = session.get(Draft, (campaign.id, campaign.version))
    if draft is None:
        return None
    content = Content.from_json(draft.content)
    message = _message(session, campaign, content)
    known = versions.known_questions(session)
    return MonthText(
        content=rendering.filled(content, campaign.month) if message else content,
        author=draft.author,
        saved_at=draft.saved_at,
        message=message,
        findings=checklist.check(content, message, known_questions=known),
    )


def _message(session: Session, campaign: Campaign, content: Content) -> CompiledMessage | None:
    if campaign.content_hash:
        return messages.load(session, campaign.content_hash)
    try:
        return compile_message(content, campaign.month)
    except BadInput:
        return None
