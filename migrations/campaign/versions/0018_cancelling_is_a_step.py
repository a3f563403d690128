"""Cancelling a month is a step of its conversation, so that the others are told of it"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLE, NAME = "month_steps", "ck_month_steps_kind"
BEFORE = ("asked", "sent_back", "approved", "voided", "withdrawn", "held", "released", "moved")


def upgrade() -> None:
    _allow(*BEFORE, "cancelled")


def downgrade() -> None:
    op.execute("DELETE FROM month_steps WHERE kind = 'cancelled'")
    _allow(*BEFORE)


def _allow(*kinds: str) -> None:
    with op.batch_alter_table(TABLE) as table:
        table.drop_constraint(op.f(NAME), type_="check")
        table.create_check_constraint(op.f(NAME), f"kind IN ({', '.join(map(repr, kinds))})")
