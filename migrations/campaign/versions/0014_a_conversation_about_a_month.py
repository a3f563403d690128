"""A conversation about a month: each step with its words, and a hold"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "'asked', 'sent_back', 'approved', 'voided', 'withdrawn', 'held', 'released', 'moved'"


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("held_since", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "month_steps",
        sa.Column("id", ROW_ID, sa.Identity(always=False), nullable=False),
        sa.Column("campaign_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=320), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_month_steps_kind")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_month_steps_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_steps")),
    )
    op.create_index(op.f("ix_month_steps_campaign_id"), "month_steps", ["campaign_id"])


def downgrade() -> None:
    op.drop_table("month_steps")
    op.drop_column("campaigns", "held_since")
