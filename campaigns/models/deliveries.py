"""Tables of the sending: the queue, what SES said, whom not to mail, the account, the counts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    Text,
    TextClause,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.models.constraints import one_of
from kit.database import CampaignBase, RowId, UtcDateTime

FRESH = text("state = 'queued' AND not_before IS NULL")
WAITING = text("state = 'queued' AND not_before IS NOT NULL")
REFUSED = text("refused_at IS NOT NULL")
IN_FLIGHT = text("state IN ('sending', 'unknown')")
"""Conditions of the partial indexes. Repeated verbatim in a query, both databases use them."""
ERASED_ADDRESS = "erased-{}@erased.invalid"
"""The address of a mail whose own was erased, with the number of its row."""


def _partial(name: str, holds: TextClause, *columns: str) -> Index:
    return Index(name, *columns, postgresql_where=holds, sqlite_where=holds)


class DeliveryState(StrEnum):
    """The state of one recipient's mail. `sent` means that SES accepted it."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class SuppressionKind(StrEnum):
    """Why an address is not mailed.

    `do_not_mail` is the platform's mark, without a reason; it goes with the month it was for.
    """

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    DO_NOT_MAIL = "do_not_mail"
    MANUAL = "manual"


class Delivery(CampaignBase):
    """One recipient's mail of one campaign. This table is the queue.

    Only `campaigns.sending` writes it, by the table in `campaigns.sending.transitions`.
    The links are kept only until the mail is settled; then they are forgotten here. `since` is
    when the state last changed, by the database's clock: leases and the grace of `unknown` count
    from it. A queued mail is not claimed before `not_before`, nor while `refused_at` is set: SES
    refused it then, and has accepted nothing of this campaign since. What stays of an erased
    address is the row's own number (`ERASED_ADDRESS`), which belongs to nobody (RFC 2606).
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("campaign_id", "address"),
        one_of("state", DeliveryState),
        CheckConstraint(
            "state NOT IN ('sending', 'unknown') OR attempt_id IS NOT NULL", name="attempt_named"
        ),
        CheckConstraint(
            "state NOT IN ('sent', 'failed', 'skipped')"
            " OR (reply_link IS NULL AND stop_link IS NULL)",
            name="links_forgotten",
        ),
        CheckConstraint(
            "state NOT IN ('queued', 'sending')"
            " OR (reply_link IS NOT NULL AND stop_link IS NOT NULL)",
            name="links_present",
        ),
        CheckConstraint(
            "refused_at IS NULL OR (state = 'queued' AND not_before IS NOT NULL)",
            name="refused_waits",
        ),
        CheckConstraint("not_before IS NULL OR state = 'queued'", name="queued_waits"),
        _partial("ix_deliveries_fresh", FRESH, "campaign_id", "id"),
        _partial("ix_deliveries_waiting", WAITING, "campaign_id", "not_before"),
        _partial("ix_deliveries_refused", REFUSED, "campaign_id", "id"),
        _partial("ix_deliveries_in_flight", IN_FLIGHT, "campaign_id", "since"),
    )

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    address: Mapped[str] = mapped_column(String(320))
    reply_link: Mapped[str | None] = mapped_column(Text)
    stop_link: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(
        String(8), default=DeliveryState.QUEUED, server_default="queued"
    )
    attempt_id: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    resent: Mapped[bool] = mapped_column(default=False, server_default="0")
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    message_id: Mapped[str | None] = mapped_column(String(128))
    cause: Mapped[str | None] = mapped_column(String(64))
    feedback: Mapped[str | None] = mapped_column(String(16))


class Feedback(CampaignBase):
    """One event worth keeping: a bounce, a complaint, a refusal, or one about a replaced attempt.

    The key makes a second copy of it change nothing. Send and delivery events go to the row itself.
    """

    __tablename__ = "feedback"

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    delivery_id: Mapped[int] = mapped_column(RowId)
    attempt_id: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(24))
    detail: Mapped[str | None] = mapped_column(String(64))
    is_late: Mapped[bool]
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SetAside(CampaignBase):
    """A queue message that is no SES event, kept for somebody to look at.

    `is_asked_again`: somebody asked that a worker take it once more.
    """

    __tablename__ = "set_aside"

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[str] = mapped_column(Text)
    is_asked_again: Mapped[bool] = mapped_column(default=False, server_default=false())


class Suppression(CampaignBase):
    """An address that is not mailed, checked again at each claim."""

    __tablename__ = "suppressions"
    __table_args__ = (one_of("kind", SuppressionKind),)

    address: Mapped[str] = mapped_column(String(320), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[str | None] = mapped_column(String(320))


class AddressErasure(CampaignBase):
    """An address that the platform asked to have erased, until nothing here holds it any more."""

    __tablename__ = "erasures"

    address: Mapped[str] = mapped_column(String(320), primary_key=True)


class SuppressedDigest(CampaignBase):
    """An erased address that is not mailed, as a keyed digest (`campaigns.erasure`).

    A bounce, a complaint and what staff decided stand for good. `do_not_mail` stands while the
    month is open in which the address was listed, so that it is not mailed in it a second time.
    """

    __tablename__ = "suppressed_digests"
    __table_args__ = (one_of("kind", SuppressionKind),)

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)


class Sender(CampaignBase):
    """The one SES account: its limits as last read, its durable pause, and the rate of sending.

    `counter` is raised by each claim and each poll of the events. Where it is behind the mark kept
    outside the database, the database was restored; `restored_at` is when that was last seen.
    """

    __tablename__ = "sender"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    max_send_rate: Mapped[float | None]
    daily_quota: Mapped[float | None]
    sent_last_day: Mapped[float | None]
    limits_read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    identity_problem: Mapped[str | None] = mapped_column(Text)
    identity_read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    events_read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counter: Mapped[int] = mapped_column(RowId, default=0, server_default="0")
    restored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pause_reason: Mapped[str | None] = mapped_column(Text)
    next_permit_at: Mapped[float] = mapped_column(default=0.0)


class Tally(CampaignBase):
    """A count of a campaign's deliveries in one state, with one cause, or with one event.

    Triggers on `deliveries` keep it, each database connection in rows of its own (`shard`), so that
    workers never wait for each other; the sum over shards is the number.
    """

    __tablename__ = "tallies"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), primary_key=True)
    cause: Mapped[str] = mapped_column(String(64), primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
