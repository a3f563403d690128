"""A save that arrives late, or twice, is known by its turn

A page gives up on a save that is not answered and sends it again. The first one may still arrive,
after what was typed since, and was taken for another person's words.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("writer_presence", sa.Column("turns", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("writer_presence", "turns")
