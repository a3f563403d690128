"""A message names the day of the check-in before it"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("last_check_in", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("messages", "last_check_in")
