"""Tables of a month: its campaign, its text, the message it became, who agreed to it."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Identity, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.models.constraints import one_of
from kit.database import CampaignBase, RowId, UtcDateTime


class CampaignState(StrEnum):
    """The state of one month's email."""

    DRAFT = "draft"
    APPROVED = "approved"
    HANDING_OVER = "handing_over"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"
    MISSED = "missed"


OVER = (CampaignState.SENT, CampaignState.CANCELLED, CampaignState.MISSED)
LISTED_STATES = (CampaignState.HANDING_OVER, CampaignState.SENDING, CampaignState.PAUSED)
"""States of a month whose list is here and may still be sent."""


class Series(CampaignBase):
    """A recurrence of campaigns: its rule and the defaults that each month starts from."""

    __tablename__ = "series"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    rule: Mapped[str] = mapped_column(String(64))
    send_time: Mapped[str] = mapped_column(String(5))
    draft_days_ahead: Mapped[int]
    window_seconds: Mapped[int]
    unknown_policy: Mapped[str] = mapped_column(String(8), default="resend")


class Campaign(CampaignBase):
    """One month's email."""

    __tablename__ = "campaigns"
    __table_args__ = (
        one_of("state", CampaignState),
        CheckConstraint(
            "state IN ('draft', 'cancelled', 'missed') OR content_hash IS NOT NULL",
            name="approved_content",
        ),
        CheckConstraint(
            "state NOT IN ('sending', 'sent', 'paused') OR audience IS NOT NULL",
            name="frozen_audience",
        ),
    )

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), unique=True)
    series: Mapped[str] = mapped_column(ForeignKey("series.name"))
    state: Mapped[str] = mapped_column(String(16), default=CampaignState.DRAFT)
    state_reason: Mapped[str | None] = mapped_column(Text)
    send_at: Mapped[datetime] = mapped_column(UtcDateTime)
    window_seconds: Mapped[int]
    version: Mapped[int] = mapped_column(default=0)
    content_hash: Mapped[str | None] = mapped_column(ForeignKey("messages.content_hash"))
    handover_cursor: Mapped[str] = mapped_column(String(320), default="")
    audience: Mapped[int | None]
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    purged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def not_after(self) -> datetime:
        """The last moment at which this month's mail may still go, UTC."""
        return self.send_at + timedelta(seconds=self.window_seconds)

    @property
    def is_held(self) -> bool:
        """Whether somebody put it on hold and it could go otherwise."""
        waits = self.state in {CampaignState.APPROVED, CampaignState.HANDING_OVER}
        return self.held_since is not None and waits


class CutReason(StrEnum):
    """Why a version of a text was cut: from then on it never changes."""

    OPENED = "opened"
    SAVED = "saved"
    QUIET = "quiet"
    TESTED = "tested"
    ASKED = "asked"
    APPROVED = "approved"
    RESTORED = "restored"
    REMOVED = "removed"
    TAKEN_BACK = "taken_back"


class Draft(CampaignBase):
    """One version of a month's text; the highest version is the text itself.

    It changes as people type until it is cut. `author` is who changed it last and `saved_at` when;
    `writers` says who changed which of `Content`'s fields: {"author@example.org": ["opening"]};
    None in a version from before that was written down.
    """

    __tablename__ = "drafts"
    __table_args__ = (one_of("cut_because", CutReason),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    author: Mapped[str] = mapped_column(String(320))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    writers: Mapped[dict[str, list[str]] | None] = mapped_column(JSON(none_as_null=True))
    cut_because: Mapped[str | None] = mapped_column(String(16))


class WriterPresence(CampaignBase):
    """Who has a month's writing page open, and the field they typed into last.

    `turns` says which save of each of their open pages was the last to be done: {"9f3c": 12}.
    """

    __tablename__ = "writer_presence"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    email: Mapped[str] = mapped_column(
        ForeignKey("staff.email", ondelete="CASCADE"), primary_key=True
    )
    field: Mapped[str | None] = mapped_column(String(32))
    typed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    turns: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))


class Message(CampaignBase):
    """A compiled email, never changed: its key is the hash of everything in it.

    `last_check_in` is the day, in London, of the email before; None for the first.
    """

    __tablename__ = "messages"

    content_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    subject: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    questions: Mapped[list[str]] = mapped_column(JSON)
    compiled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_check_in: Mapped[date | None]


class Approval(CampaignBase):
    """Somebody's consent to one message, one time and one audience rule."""

    __tablename__ = "approvals"

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    content_hash: Mapped[str] = mapped_column(ForeignKey("messages.content_hash"))
    send_at: Mapped[datetime] = mapped_column(UtcDateTime)
    audience_rule: Mapped[str] = mapped_column(String(64))
    approved_by: Mapped[str] = mapped_column(String(320))
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_because: Mapped[str | None] = mapped_column(Text)


class StepKind(StrEnum):
    """What somebody did about a month: on the way to its approval, or to its end."""

    ASKED = "asked"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    VOIDED = "voided"
    WITHDRAWN = "withdrawn"
    HELD = "held"
    RELEASED = "released"
    MOVED = "moved"
    CANCELLED = "cancelled"


class MonthStep(CampaignBase):
    """One step of the conversation about a month, with the words that were said.

    `version` is the text's then, `field` the one that a note is about, named as in `Finding.field`.
    `told_at` is when the others' emails about it were claimed; None until then.
    """

    __tablename__ = "month_steps"
    __table_args__ = (one_of("kind", StepKind),)

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    who: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int]
    field: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str | None] = mapped_column(Text)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Reminder(CampaignBase):
    """One kind of reminder about one month; the row is why it goes out only once."""

    __tablename__ = "reminders"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Question(CampaignBase):
    """A question staff may pick; the platform owns the catalogue and pushes it here."""

    __tablename__ = "questions"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int]
    version: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    preview: Mapped[dict[str, Any]] = mapped_column(JSON)
