"""Tables of the releases: the ledger's charges, and noisy and published values.

No column holds a true count, a seed or who was counted.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import PlatformBase, UtcDateTime


class ReleaseState(StrEnum):
    """The state of a month's release."""

    DRAWING = "drawing"
    FROZEN = "frozen"
    LOST = "lost"
    WITHDRAWN = "withdrawn"
    TOO_SMALL = "too_small"


class Charge(PlatformBase):
    """One row of the ledger: a month's ε was charged. Each row's hash covers the row before."""

    __tablename__ = "release_ledger"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[str] = mapped_column(String(7), unique=True)
    epsilon: Mapped[float]
    spec_version: Mapped[int]
    spec_hash: Mapped[str] = mapped_column(String(64))
    plan_hash: Mapped[str] = mapped_column(String(64))
    charged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Release(PlatformBase):
    """A month's release. Its values are written once, when they are drawn."""

    __tablename__ = "releases"
    __table_args__ = (
        CheckConstraint(
            "state IN ('drawing', 'frozen', 'lost', 'withdrawn', 'too_small')", name="state"
        ),
        CheckConstraint(
            "(state IN ('frozen', 'withdrawn')) = (document IS NOT NULL AND noisy IS NOT NULL)",
            name="drawn_values",
        ),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_because IS NOT NULL)", name="withdrawn"
        ),
    )

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    state: Mapped[str] = mapped_column(String(9))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noisy: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    document: Mapped[str | None] = mapped_column(Text)
    early_because: Mapped[str | None] = mapped_column(Text)
    withdrawn_because: Mapped[str | None] = mapped_column(Text)
