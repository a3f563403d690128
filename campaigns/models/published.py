"""Tables of the figures that the platform published here."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.models.constraints import one_of
from kit.database import CampaignBase


class ReleaseState(StrEnum):
    """What became of a month's figures. Only published ones have a document."""

    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    LOST = "lost"
    TOO_SMALL = "too_small"


class PublishedRelease(CampaignBase):
    """A month's released figures, exactly as the platform published them."""

    __tablename__ = "published_releases"
    __table_args__ = (
        one_of("state", ReleaseState),
        CheckConstraint(
            "(state = 'published') = (document IS NOT NULL)", name="published_document"
        ),
    )

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    state: Mapped[str] = mapped_column(String(9))
    digest: Mapped[str] = mapped_column(String(64))
    document: Mapped[str | None] = mapped_column(Text)
    because: Mapped[str | None] = mapped_column(Text)
