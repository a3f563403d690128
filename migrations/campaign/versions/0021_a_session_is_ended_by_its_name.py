"""The names of sessions that a member of staff ended, one by one"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("signed_out", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("staff", "signed_out")
