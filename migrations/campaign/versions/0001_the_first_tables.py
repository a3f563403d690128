"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=320), nullable=False),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_table(
        "messages",
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("compiled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_messages")),
    )
    op.create_table(
        "published_releases",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'published') = (document IS NOT NULL)",
            name=op.f("ck_published_releases_published_document"),
        ),
        sa.CheckConstraint(
            "state IN ('published', 'withdrawn', 'lost', 'too_small')",
            name=op.f("ck_published_releases_state"),
        ),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_published_releases")),
    )
    op.create_table(
        "questions",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_questions")),
    )
    op.create_table(
        "sender",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("max_send_rate", sa.Double(), nullable=True),
        sa.Column("daily_quota", sa.Double(), nullable=True),
        sa.Column("sent_last_day", sa.Double(), nullable=True),
        sa.Column("limits_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("events_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=True),
        sa.Column("next_permit_at", sa.Double(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_sender_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender")),
    )
    op.create_table(
        "series",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("send_time", sa.String(length=5), nullable=False),
        sa.Column("draft_days_ahead", sa.Integer(), nullable=False),
        sa.Column("window_seconds", sa.Integer(), nullable=False),
        sa.Column("unknown_policy", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_series")),
    )
    op.create_table(
        "set_aside",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
    )
    op.create_table(
        "staff",
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sessions_from", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_staff")),
    )
    op.create_table(
        "suppressions",
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=320), nullable=True),
        sa.CheckConstraint(
            "kind IN ('bounce', 'complaint', 'do_not_mail', 'manual')",
            name=op.f("ck_suppressions_kind"),
        ),
        sa.PrimaryKeyConstraint("address", "kind", name=op.f("pk_suppressions")),
    )
    op.create_table(
        "campaigns",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("series", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_seconds", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("handover_cursor", sa.String(length=320), nullable=False),
        sa.Column("audience", sa.Integer(), nullable=True),
        sa.Column(
            "claimed_up_to",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'approved', 'handing_over', 'sending', 'paused', 'sent', 'cancelled', 'missed')",
            name=op.f("ck_campaigns_state"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'cancelled', 'missed') OR content_hash IS NOT NULL",
            name=op.f("ck_campaigns_approved_content"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('sending', 'sent', 'paused') OR audience IS NOT NULL",
            name=op.f("ck_campaigns_frozen_audience"),
        ),
        sa.ForeignKeyConstraint(
            ["content_hash"], ["messages.content_hash"], name=op.f("fk_campaigns_content_hash")
        ),
        sa.ForeignKeyConstraint(["series"], ["series.name"], name=op.f("fk_campaigns_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("month", name=op.f("uq_campaigns_month")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["email"], ["staff.email"], name=op.f("fk_sign_ins_email"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
    )
    op.create_table(
        "approvals",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("audience_rule", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(length=320), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_approvals_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["content_hash"], ["messages.content_hash"], name=op.f("fk_approvals_content_hash")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    op.create_table(
        "deliveries",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("reply_link", sa.Text(), nullable=True),
        sa.Column("stop_link", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=8), server_default="queued", nullable=False),
        sa.Column("attempt_id", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("resent", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.String(length=128), nullable=True),
        sa.Column("cause", sa.String(length=64), nullable=True),
        sa.Column("feedback", sa.String(length=16), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'skipped')",
            name=op.f("ck_deliveries_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('queued', 'sending') OR (reply_link IS NOT NULL AND stop_link IS NOT NULL)",
            name=op.f("ck_deliveries_links_present"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('sending', 'unknown') OR attempt_id IS NOT NULL",
            name=op.f("ck_deliveries_attempt_named"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('sent', 'failed', 'skipped') OR (reply_link IS NULL AND stop_link IS NULL)",
            name=op.f("ck_deliveries_links_forgotten"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_deliveries_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "campaign_id", "address", name=op.f("uq_deliveries_campaign_id_address")
        ),
    )
    op.create_index(
        "ix_deliveries_in_flight",
        "deliveries",
        ["campaign_id", "since"],
        unique=False,
        postgresql_where=sa.text("state IN ('sending', 'unknown')"),
        sqlite_where=sa.text("state IN ('sending', 'unknown')"),
    )
    op.create_index(
        "ix_deliveries_queued",
        "deliveries",
        ["campaign_id", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
        sqlite_where=sa.text("state = 'queued'"),
    )
    op.create_table(
        "drafts",
        sa.Column(
            "campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("author", sa.String(length=320), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_drafts_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "version", name=op.f("pk_drafts")),
    )
    op.create_table(
        "feedback",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column(
            "campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("attempt_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("detail", sa.String(length=64), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_feedback_campaign_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_campaign_id"), "feedback", ["campaign_id"], unique=False)
    op.create_table(
        "tallies",
        sa.Column(
            "campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_tallies_campaign_id")
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "kind", "state", "cause", "shard", name=op.f("pk_tallies")
        ),
    )
    op.create_table(
        "reminders",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", "kind", name=op.f("pk_reminders")),
    )
    op.create_table(
        "working_copies",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["email"], ["staff.email"], name=op.f("fk_working_copies_email"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("month", "email", name=op.f("pk_working_copies")),
    )


def downgrade() -> None:
    op.drop_table("working_copies")
    op.drop_table("reminders")
    op.drop_table("tallies")
    op.drop_index(op.f("ix_feedback_campaign_id"), table_name="feedback")
    op.drop_table("feedback")
    op.drop_table("drafts")
    op.drop_index(
        "ix_deliveries_queued",
        table_name="deliveries",
        postgresql_where=sa.text("state = 'queued'"),
        sqlite_where=sa.text("state = 'queued'"),
    )
    op.drop_index(
        "ix_deliveries_in_flight",
        table_name="deliveries",
        postgresql_where=sa.text("state IN ('sending', 'unknown')"),
        sqlite_where=sa.text("state IN ('sending', 'unknown')"),
    )
    op.drop_table("deliveries")
    op.drop_table("approvals")
    op.drop_table("sign_ins")
    op.drop_table("campaigns")
    op.drop_table("suppressions")
    op.drop_table("staff")
    op.drop_table("set_aside")
    op.drop_table("series")
    op.drop_table("sender")
    op.drop_table("questions")
    op.drop_table("published_releases")
    op.drop_table("messages")
    op.drop_index(op.f("ix_audit_at"), table_name="audit")
    op.drop_table("audit")
