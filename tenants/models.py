"""The roster in the platform database."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    Text,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import PlatformBase, RowId, UtcDateTime
from kit.heartbeats import HeartbeatColumns

Address = String(320).with_variant(String(320, collation="C"), "postgresql")
"""An address in lower case, sorted by bytes: the same order in both databases and in Python."""


class ConsentKind(StrEnum):
    """What a tenant can consent to."""

    MONTHLY_EMAIL = "monthly_email"
    PROFILING = "profiling"


class Tenant(PlatformBase):
    """One tenant. `stopped` is the tenant's own choice, which no import lifts."""

    __tablename__ = "tenants"
    __table_args__ = (
        Index("ix_tenants_email_id", "email", "id"),
        {"sqlite_autoincrement": True},  # an erased tenant's number is never given out again
    )

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    tenant_ref: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(Address)
    housing_association: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    monthly_email: Mapped[bool]
    profiling: Mapped[bool]
    objected: Mapped[bool] = mapped_column(default=False, server_default="0")
    stopped: Mapped[bool] = mapped_column(default=False, server_default="0")
    paused_until: Mapped[date | None]
    restricted: Mapped[bool] = mapped_column(default=False, server_default="0")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Consent(PlatformBase):
    """Evidence that a consent was given or withdrawn: when and by which route."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    given: Mapped[bool]
    source: Mapped[str] = mapped_column(String(32))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Mark(PlatformBase):
    """A suppression, its lifting or an erasure that still has to reach the campaign side.

    `of_tenant` is whose it is, `tenant_id` the same if it is at the old address of a tenant who
    has another one. `is_erasure`: nothing of the address may stay there; `was_listed`: the
    erased tenant may have been on a list.
    """

    __tablename__ = "marks"

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    address: Mapped[str] = mapped_column(Address)
    do_not_mail: Mapped[bool]
    tenant_id: Mapped[int | None] = mapped_column(RowId)
    of_tenant: Mapped[int | None] = mapped_column(RowId)
    is_erasure: Mapped[bool] = mapped_column(default=False, server_default=false())
    was_listed: Mapped[bool] = mapped_column(default=False, server_default=false())


class RightsEntry(PlatformBase):
    """Evidence that a right was exercised: what, when and by which route, without any content.

    The API publishes it as the feed of changes. `due_on` is the last day for an answer that a
    person has to give. One row of an erased tenant stays. From the next tick on it has its
    reference only in `sealed_ref`, encrypted for the feed (`tenants.rights.references`), and not at
    all once `CHECKIN_KEEP_ERASED` is over.
    """

    __tablename__ = "rights_log"

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    tenant_id: Mapped[int | None] = mapped_column(RowId, index=True)
    tenant_ref: Mapped[str | None] = mapped_column(String(64))
    sealed_ref: Mapped[bytes | None] = mapped_column(LargeBinary)
    action: Mapped[str] = mapped_column(String(24))
    source: Mapped[str] = mapped_column(String(32))
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None]
    answered_on: Mapped[date | None]


class Webhook(PlatformBase):
    """How far the platform's webhook has been told the rights log, and when it is told again.

    There is one row. `failures` counts the calls in a row that failed, and `trouble` names the last
    one: a status or an exception's class.
    """

    __tablename__ = "webhook"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    cursor: Mapped[int] = mapped_column(RowId, default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None] = mapped_column(String(64))


class ReplyRead(PlatformBase):
    """The platform's account page read a tenant's replies: which months, when, with whose token.

    The tenant sees it in their own log. No role may change a row; it goes with the tenant.
    """

    __tablename__ = "reply_reads"

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"), index=True)
    months: Mapped[list[str]] = mapped_column(JSON)
    read_by: Mapped[str] = mapped_column(String(64))
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Complaint(PlatformBase):
    """A complaint about how somebody's data is used, from its arrival to its outcome.

    It names no tenant: anybody may complain, and the register does not say whether they are one.
    `key` is the sender's own, so that a request that is sent twice is one complaint. `next_at` is
    when a letter about it is due; empty when none is.
    """

    __tablename__ = "complaints"

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    key: Mapped[str | None] = mapped_column(String(64), unique=True)
    address: Mapped[str | None] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(2))
    text: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(32))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    acknowledge_by: Mapped[date]
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    outcome: Mapped[str | None] = mapped_column(Text)
    closed_by: Mapped[str | None] = mapped_column(String(320))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class Letter(PlatformBase):
    """One of the platform's own emails, waiting to be sent to the tenant's address of that day."""

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    not_after: Mapped[datetime] = mapped_column(UtcDateTime)


class AutomaticAnswer(PlatformBase):
    """When an address last got the automatic answer. It is kept as a keyed digest only."""

    __tablename__ = "automatic_answers"

    address_digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class DataSession(PlatformBase):
    """A page of “your data”, which waits for a code and then is open; or a code that was mailed.

    The address typed is stored only as a keyed digest, whether or not it is on the roster.
    `attempts` are a page's wrong codes, and a code's wrong references.
    """

    __tablename__ = "visits"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    address_digest: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    tenant_id: Mapped[int | None] = mapped_column(RowId, index=True)
    mailed: Mapped[bool] = mapped_column(default=False, server_default="0")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ApiToken(PlatformBase):
    """A token for the API and its scopes. Only a digest of the token is stored."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(RowId, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    housing_association: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Heartbeat(HeartbeatColumns, PlatformBase):
    """When a job of the platform side last succeeded."""

    __tablename__ = "heartbeats"
