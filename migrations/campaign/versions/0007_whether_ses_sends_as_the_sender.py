"""Whether SES sends as the sender"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sender", sa.Column("identity_problem", sa.Text(), nullable=True))
    op.add_column(
        "sender", sa.Column("identity_read_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("sender", "identity_read_at")
    op.drop_column("sender", "identity_problem")
