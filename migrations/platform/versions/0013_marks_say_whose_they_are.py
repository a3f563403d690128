"""Marks say whose they are and what is erased, and a reference is sealed in the rights log"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("marks", sa.Column("of_tenant", NUMBER, nullable=True))
    for name in ("is_erasure", "was_listed"):
        op.add_column(
            "marks", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.add_column("rights_log", sa.Column("sealed_ref", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("rights_log", "sealed_ref")
    for name in ("was_listed", "is_erasure", "of_tenant"):
        op.drop_column("marks", name)
