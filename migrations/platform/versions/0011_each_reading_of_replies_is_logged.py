"""Each reading of a tenant's replies by the platform's account page is logged"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reply_reads",
        sa.Column("id", ROW_ID, sa.Identity(), nullable=False),
        sa.Column("tenant_id", ROW_ID, nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column("read_by", sa.String(length=64), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_reply_reads_tenant_id", "reply_reads", ["tenant_id"])


def downgrade() -> None:
    op.drop_table("reply_reads")
