"""A link says whose it was until their address changed"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INDEX = "ix_links_formerly_of"
IS_SET = sa.text("formerly_of IS NOT NULL")


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("links", sa.Column("formerly_of", number, nullable=True))
    op.create_index(INDEX, "links", ["formerly_of"], postgresql_where=IS_SET, sqlite_where=IS_SET)


def downgrade() -> None:
    op.drop_index(INDEX, table_name="links")
    op.drop_column("links", "formerly_of")
