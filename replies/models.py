"""Tables of the replies: ciphertexts, and the wrapped keys that decrypt them."""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import PlatformBase, RowId, UtcDateTime


class Round(PlatformBase):
    """One month's pinned questions and its last day for replies.

    `mailed` has the number of tenants of each housing association, fixed at the hand-over. The day
    and subject of the email, and the day of the check-in before it, are the same for everybody.
    """

    __tablename__ = "rounds"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    questions: Mapped[list[str]] = mapped_column(JSON)
    opened_on: Mapped[date]
    closes_on: Mapped[date]
    mailed: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    sent_on: Mapped[date | None]
    subject: Mapped[str | None] = mapped_column(Text)
    last_check_in: Mapped[date | None]


class DataKey(PlatformBase):
    """One tenant's data key, wrapped by a master key. Without it their replies cannot be read."""

    __tablename__ = "data_keys"

    tenant_id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    master_key: Mapped[str] = mapped_column(String(64), index=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class Reply(PlatformBase):
    """One tenant's reply of one month: a padded ciphertext, and the day it was given."""

    __tablename__ = "replies"
    __table_args__ = (
        UniqueConstraint("tenant_id", "month"),
        Index("ix_replies_month_id", "month", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(RowId)
    month: Mapped[str] = mapped_column(String(7))
    questions: Mapped[str] = mapped_column(String(200))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    replied_on: Mapped[date] = mapped_column(index=True)


class Submission(PlatformBase):
    """A tenant's permission for their housing association to read one reply. Holds no answer.

    `sealed` is encrypted with the tenant's key: how it is safe to contact them, and which topics
    are left out. It is empty if they were never asked.
    """

    __tablename__ = "submissions"
    __table_args__ = (Index("ix_submissions_housing_association_id", "housing_association", "id"),)

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"), unique=True)
    housing_association: Mapped[str] = mapped_column(String(200))
    submitted_on: Mapped[date]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class Opening(PlatformBase):
    """One opening of a reply in an emergency. A trigger refuses to change or delete a row.

    `tenant_id` is never reused; once the tenant is erased it refers to nobody.
    """

    __tablename__ = "openings"

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(RowId, index=True)
    month: Mapped[str] = mapped_column(String(7))
    reason: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[str] = mapped_column(String(320))
    agreed_by: Mapped[str] = mapped_column(String(320))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
