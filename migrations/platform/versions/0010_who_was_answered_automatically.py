"""Who was answered automatically in the last day"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "automatic_answers",
        sa.Column("address_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_digest", name=op.f("pk_automatic_answers")),
    )
    op.create_index("ix_automatic_answers_answered_at", "automatic_answers", ["answered_at"])


def downgrade() -> None:
    op.drop_table("automatic_answers")
