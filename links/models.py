"""The platform's table of issued links."""

from datetime import date

from sqlalchemy import Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import PlatformBase, RowId


class Link(PlatformBase):
    """One issued link.

    `tenant_id` is null once the tenant is erased. The row stays until it is purged, so that the
    link still shows the same page.
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
        Index("ix_links_expires_on", "expires_on", postgresql_using="brin"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    tenant_id: Mapped[int | None] = mapped_column(RowId)
    month: Mapped[str] = mapped_column(String(7))
    monthly: Mapped[bool]
    issued_on: Mapped[date]
    expires_on: Mapped[date]
    spent_on: Mapped[date | None]
