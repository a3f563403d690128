"""Mails wait, refusals are provisional, and one counter tells a restore"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TYPES = {
    "postgresql": ("TIMESTAMP WITH TIME ZONE", "BIGINT"),
    "sqlite": ("DATETIME", "INTEGER"),
}
PARTIAL = {
    "ix_deliveries_fresh": ("campaign_id, id", "state = 'queued' AND not_before IS NULL"),
    "ix_deliveries_waiting": (
        "campaign_id, not_before",
        "state = 'queued' AND not_before IS NOT NULL",
    ),
    "ix_deliveries_refused": ("campaign_id, id", "refused_at IS NOT NULL"),
}


def upgrade() -> None:
    moment, number = TYPES[op.get_bind().dialect.name]
    op.execute(f"""
        ALTER TABLE deliveries ADD COLUMN not_before {moment}
        CONSTRAINT ck_deliveries_queued_waits CHECK (not_before IS NULL OR state = 'queued')""")
    op.execute(f"""
        ALTER TABLE deliveries ADD COLUMN refused_at {moment}
        CONSTRAINT ck_deliveries_refused_waits CHECK (
            refused_at IS NULL OR (state = 'queued' AND not_before IS NOT NULL))""")
    op.execute("DROP INDEX ix_deliveries_queued")
    for name, (columns, where) in PARTIAL.items():
        op.execute(f"CREATE INDEX {name} ON deliveries ({columns}) WHERE {where}")
    op.execute(f"ALTER TABLE sender ADD COLUMN counter {number} DEFAULT '0' NOT NULL")
    op.execute(f"ALTER TABLE sender ADD COLUMN restored_at {moment}")
    op.execute("ALTER TABLE sender DROP COLUMN events_taken")
    op.execute("ALTER TABLE campaigns DROP COLUMN claims")
    op.execute("ALTER TABLE campaigns DROP COLUMN claimed_up_to")


def downgrade() -> None:
    _, number = TYPES[op.get_bind().dialect.name]
    for table, column in (
        ("sender", "events_taken"),
        ("campaigns", "claims"),
        ("campaigns", "claimed_up_to"),
    ):
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {number} DEFAULT '0' NOT NULL")
    op.execute("ALTER TABLE sender DROP COLUMN restored_at")
    op.execute("ALTER TABLE sender DROP COLUMN counter")
    for name in PARTIAL:
        op.execute(f"DROP INDEX {name}")
    op.execute("ALTER TABLE deliveries DROP COLUMN refused_at")
    op.execute("ALTER TABLE deliveries DROP COLUMN not_before")
    op.execute("""
        CREATE INDEX ix_deliveries_queued ON deliveries (campaign_id, id)
        WHERE state = 'queued'""")
