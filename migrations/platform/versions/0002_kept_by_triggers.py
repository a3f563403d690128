"""Kept by triggers: the log of opened replies is only ever added to

Whoever owns the table can still drop the trigger: in production the role `platform` owns neither.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFUSAL = "the log of opened replies is only ever added to"

POSTGRESQL = (
    f"""
CREATE FUNCTION openings_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{REFUSAL}';
END $$""",
    """
CREATE TRIGGER openings_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON openings
FOR EACH STATEMENT EXECUTE FUNCTION openings_are_kept()""",
)
POSTGRESQL_DOWN = (
    "DROP TRIGGER openings_are_kept ON openings",
    "DROP FUNCTION openings_are_kept()",
)

EVENTS = {
    "update": "UPDATE ON openings",
    "delete": "DELETE ON openings",
    "replace": "INSERT ON openings WHEN NEW.id IN (SELECT id FROM openings)",
}
SQLITE = tuple(
    f"""
CREATE TRIGGER openings_are_kept_from_{name} BEFORE {event} BEGIN
  SELECT RAISE(ABORT, '{REFUSAL}');
END"""
    for name, event in EVENTS.items()
)
SQLITE_DOWN = tuple(f"DROP TRIGGER openings_are_kept_from_{name}" for name in EVENTS)


def upgrade() -> None:
    _run(POSTGRESQL if _is_postgresql() else SQLITE)


def downgrade() -> None:
    _run(POSTGRESQL_DOWN if _is_postgresql() else SQLITE_DOWN)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _run(statements: tuple[str, ...]) -> None:
    for statement in statements:
        op.execute(statement)
