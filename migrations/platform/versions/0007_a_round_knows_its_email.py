"""A round knows the day and subject of its email, and the day of the check-in before it"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rounds", sa.Column("sent_on", sa.Date(), nullable=True))
    op.add_column("rounds", sa.Column("subject", sa.Text(), nullable=True))
    op.add_column("rounds", sa.Column("last_check_in", sa.Date(), nullable=True))


def downgrade() -> None:
    for name in ("last_check_in", "subject", "sent_on"):
        op.drop_column("rounds", name)
