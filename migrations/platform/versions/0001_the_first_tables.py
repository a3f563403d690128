"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_keys",
        sa.Column(
            "tenant_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("master_key", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_data_keys")),
    )
    op.create_index(op.f("ix_data_keys_master_key"), "data_keys", ["master_key"], unique=False)
    op.create_table(
        "links",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("monthly", sa.Boolean(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
    )
    op.create_index(
        "ix_links_expires_on", "links", ["expires_on"], unique=False, postgresql_using="brin"
    )
    op.create_index(
        "ix_links_fresh",
        "links",
        ["tenant_id"],
        unique=False,
        postgresql_where=sa.text("NOT monthly"),
        sqlite_where=sa.text("monthly = 0"),
    )
    op.create_index(
        "uq_links_monthly",
        "links",
        ["tenant_id", "month"],
        unique=True,
        postgresql_where=sa.text("monthly"),
        sqlite_where=sa.text("monthly = 1"),
    )
    op.create_table(
        "marks",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "address",
            sa.String(length=320).with_variant(sa.String(length=320, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("do_not_mail", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
    )
    op.create_table(
        "release_ledger",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("epsilon", sa.Double(), nullable=False),
        sa.Column("spec_version", sa.Integer(), nullable=False),
        sa.Column("spec_hash", sa.String(length=64), nullable=False),
        sa.Column("plan_hash", sa.String(length=64), nullable=False),
        sa.Column("charged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_release_ledger")),
        sa.UniqueConstraint("month", name=op.f("uq_release_ledger_month")),
    )
    op.create_table(
        "releases",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noisy", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("early_because", sa.Text(), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('drawing', 'frozen', 'lost', 'withdrawn', 'too_small')",
            name=op.f("ck_releases_state"),
        ),
        sa.CheckConstraint(
            "(state IN ('frozen', 'withdrawn')) = (document IS NOT NULL AND noisy IS NOT NULL)",
            name=op.f("ck_releases_drawn_values"),
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_because IS NOT NULL)",
            name=op.f("ck_releases_withdrawn"),
        ),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_releases")),
    )
    op.create_table(
        "replies",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("questions", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("tenant_id", "month", name=op.f("uq_replies_tenant_id_month")),
    )
    op.create_index("ix_replies_month_id", "replies", ["month", "id"], unique=False)
    op.create_index(op.f("ix_replies_replied_on"), "replies", ["replied_on"], unique=False)
    op.create_table(
        "submissions",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("reply_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("housing_association", sa.String(length=200), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["replies.id"], name=op.f("fk_submissions_reply_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("reply_id", name=op.f("uq_submissions_reply_id")),
    )
    op.create_index(
        "ix_submissions_housing_association_id",
        "submissions",
        ["housing_association", "id"],
        unique=False,
    )
    op.create_table(
        "rounds",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_rounds")),
    )
    op.create_table(
        "tenants",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("tenant_ref", sa.String(length=64), nullable=False),
        sa.Column(
            "email",
            sa.String(length=320).with_variant(sa.String(length=320, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("housing_association", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("monthly_email", sa.Boolean(), nullable=False),
        sa.Column("profiling", sa.Boolean(), nullable=False),
        sa.Column("objected", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("stopped", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("restricted", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenants")),
        sa.UniqueConstraint("tenant_ref", name=op.f("uq_tenants_tenant_ref")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tenants_email_id", "tenants", ["email", "id"], unique=False)
    op.create_table(
        "consents",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_consents_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_tenant_id"), "consents", ["tenant_id"], unique=False)
    op.create_table(
        "letters",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_letters_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    op.create_index(op.f("ix_letters_next_at"), "letters", ["next_at"], unique=False)
    op.create_index(op.f("ix_letters_tenant_id"), "letters", ["tenant_id"], unique=False)
    op.create_table(
        "openings",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.String(length=320), nullable=False),
        sa.Column("agreed_by", sa.String(length=320), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openings")),
    )
    op.create_index(op.f("ix_openings_tenant_id"), "openings", ["tenant_id"], unique=False)
    op.create_table(
        "rights_log",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("tenant_ref", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_log")),
    )
    op.create_index(op.f("ix_rights_log_tenant_id"), "rights_log", ["tenant_id"], unique=False)
    op.create_table(
        "visits",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("address_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("mailed", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_address_digest"), "visits", ["address_digest"], unique=False)
    op.create_index(op.f("ix_visits_asked_at"), "visits", ["asked_at"], unique=False)
    op.create_index(op.f("ix_visits_tenant_id"), "visits", ["tenant_id"], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("housing_association", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_tokens_digest")),
        sa.UniqueConstraint("name", name=op.f("uq_api_tokens_name")),
    )


def downgrade() -> None:
    op.drop_table("api_tokens")
    op.drop_table("visits")
    op.drop_table("rights_log")
    op.drop_table("openings")
    op.drop_table("letters")
    op.drop_index(op.f("ix_consents_tenant_id"), table_name="consents")
    op.drop_table("consents")
    op.drop_index("ix_tenants_email_id", table_name="tenants")
    op.drop_table("tenants")
    op.drop_table("rounds")
    op.drop_index("ix_submissions_housing_association_id", table_name="submissions")
    op.drop_table("submissions")
    op.drop_index("ix_replies_month_id", table_name="replies")
    op.drop_table("replies")
    op.drop_table("releases")
    op.drop_table("release_ledger")
    op.drop_table("marks")
    op.drop_index(
        "uq_links_monthly",
        table_name="links",
        postgresql_where=sa.text("monthly"),
        sqlite_where=sa.text("monthly = 1"),
    )
    op.drop_index(
        "ix_links_fresh",
        table_name="links",
        postgresql_where=sa.text("NOT monthly"),
        sqlite_where=sa.text("monthly = 0"),
    )
    op.drop_index("ix_links_expires_on", table_name="links", postgresql_using="brin")
    op.drop_table("links")
    op.drop_index(op.f("ix_data_keys_master_key"), table_name="data_keys")
    op.drop_table("data_keys")
