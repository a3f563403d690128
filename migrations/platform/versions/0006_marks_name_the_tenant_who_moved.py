"""Marks name the tenant whose address changed"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("marks", sa.Column("tenant_id", number, nullable=True))


def downgrade() -> None:
    op.drop_column("marks", "tenant_id")
