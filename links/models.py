"""The platform's table of issued links."""

from datetime import date

from sqlalchemy import Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import PlatformBase, RowId


class Link(PlatformBase):
    """One issued link.

    `tenant_id` is null once the tenant is erased or has another address: the link belongs to nobody
    then and can do nothing, but shows the same pages until its row is purged. `formerly_of` is the
    tenant who has another address now, and is told if the link is used.
    """

    __tablename__ = "links"
    __table_args__ = (
        Index(
            "uq_links_monthly",
            "tenant_id",
            "month",
            unique=True,
            postgresql_where=text("monthly"),
            sqlite_where=text("monthly = 1"),
        ),
        Index(
            "ix_links_fresh",
            "tenant_id",
            postgresql_where=text("NOT monthly"),
            sqlite_where=text("monthly = 0"),
        ),
        Index(
            "ix_links_formerly_of",
            "formerly_of",
            postgresql_where=text("formerly_of IS NOT NULL"),
            sqlite_where=text("formerly_of IS NOT NULL"),
        ),
        Index("ix_links_expires_on", "expires_on", postgresql_using="brin"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    tenant_id: Mapped[int | None] = mapped_column(RowId)
    formerly_of: Mapped[int | None] = mapped_column(RowId)
    month: Mapped[str] = mapped_column(String(7))
    monthly: Mapped[bool]
    issued_on: Mapped[date]
    expires_on: Mapped[date]
    spent_on: Mapped[date | None]
