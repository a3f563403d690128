"""Campaigns as lines of text, with London times and states in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Campaign
from kit.clock import LONDON

Shown = Mapping[str, Any]
"""A campaign as `campaigns.watching.progress.show` gives it."""


def months(session: Session) -> list[str]:
    """Every campaign's month, the latest first."""
    return list(session.scalars(select(Campaign.month).order_by(Campaign.month.desc())))


def london_moment(at: datetime) -> str:
    """A moment as a person in London reads it."""
    return f"{at.astimezone(LONDON):%a %d %b %Y, %H:%M} London time"


def campaign_line(shown: Shown) -> str:
    """One campaign on one line."""
    audience = "–" if shown["audience"] is None else f"{shown['audience']} recipients"
    send_at = london_moment(datetime.fromisoformat(shown["send_at"]))
    return f"{shown['month']}  {words(shown['state']):<13}  {send_at}  {audience}"


def page(shown: Shown) -> str:
    """One campaign in full."""
    return "\n".join(f"{label + ':':<13}{value}" for label, value in _rows(shown).items())


def words(name: str) -> str:
    """`handing_over` as words."""
    return name.replace("_", " ")


def deliveries(shown: Shown) -> str:
    """The deliveries by state, those states left out that have none."""
    counts = shown["deliveries"]
    return ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "none yet"


def _rows(shown: Shown) -> dict[str, object]:
    return {
        "Month": shown["month"],
        "State": words(shown["state"]),
        "Sends": london_moment(datetime.fromisoformat(shown["send_at"])),
        "No later": london_moment(datetime.fromisoformat(shown["not_after"])),
        "Approved by": shown["approved_by"] or "nobody yet",
        "Message": (shown["content_hash"] or "not approved yet")[:16],
        "Audience": "not handed over yet" if shown["audience"] is None else shown["audience"],
        "Deliveries": deliveries(shown),
        "Bounced": shown["bounced"],
        "Complained": shown["complained"],
    }
