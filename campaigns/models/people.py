"""Tables of the people who work here, and of what they did."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Identity, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import CampaignBase, RowId, UtcDateTime


class Role(StrEnum):
    """What a member of staff may do."""

    AUTHOR = "author"
    APPROVER = "approver"
    ANALYST = "analyst"
    ADMIN = "admin"


class Staff(CampaignBase):
    """A member of staff and their roles.

    Sessions that began before `sessions_from` have ended; so have those in `signed_out`, a line for
    each, which the console names (`console.sessions`).
    """

    __tablename__ = "staff"

    email: Mapped[str] = mapped_column(String(320), primary_key=True)
    roles: Mapped[list[str]] = mapped_column(JSON)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sessions_from: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_out: Mapped[str] = mapped_column(Text, default="", server_default="")


class StaffToken(CampaignBase):
    """A token for the released figures: its SHA-256 and whose it is."""

    __tablename__ = "staff_tokens"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(ForeignKey("staff.email", ondelete="CASCADE"))
    digest: Mapped[bytes] = mapped_column(unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignIn(CampaignBase):
    """A sign-in link that was sent to somebody on staff; accepted at most once."""

    __tablename__ = "sign_ins"

    id: Mapped[bytes] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(ForeignKey("staff.email", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuditEntry(CampaignBase):
    """Who did what, when. Rows are only ever added."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    who: Mapped[str] = mapped_column(String(320))
    action: Mapped[str] = mapped_column(String(48))
    month: Mapped[str | None] = mapped_column(String(7))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
