"""Kept by triggers: the audit stays as it was written, and the tallies follow the deliveries

Whatever changes a delivery, by whichever statement, is counted in the same transaction. On
PostgreSQL a statement of many rows costs one more statement, and each connection counts in rows of
its own, so that workers never wait for each other. A settled delivery that is deleted, when its
address is purged, stays counted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = "campaign_id, kind, state, cause, shard"
ADD = f"ON CONFLICT ({KEY}) DO UPDATE SET number = tallies.number + excluded.number"
OPEN = "state IN ('queued', 'sending', 'unknown')"

FILL = f"""
INSERT INTO tallies ({KEY}, number)
SELECT campaign_id, 'state', state, coalesce(cause, ''), 0, count(*)
FROM deliveries GROUP BY campaign_id, state, coalesce(cause, '')
UNION ALL
SELECT campaign_id, 'feedback', feedback, '', 0, count(*)
FROM deliveries WHERE feedback IS NOT NULL GROUP BY campaign_id, feedback
"""


def _steps(table: str, step: int, where: str = "true") -> str:
    """SQL of a PostgreSQL transition table as steps up or down."""
    return f"""
    SELECT campaign_id, 'state' AS kind, state, coalesce(cause, '') AS cause, {step} AS step
    FROM {table} WHERE {where}
    UNION ALL
    SELECT campaign_id, 'feedback', feedback, '', {step}
    FROM {table} WHERE feedback IS NOT NULL AND {where}"""


def _postgresql_counter(name: str, event: str, tables: str, steps: str) -> tuple[str, str]:
    return (
        f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tallies ({KEY}, number)
  SELECT campaign_id, kind, state, cause, pg_backend_pid(), sum(step)
  FROM ({steps}) AS steps
  GROUP BY campaign_id, kind, state, cause HAVING sum(step) <> 0
  {ADD};
  RETURN NULL;
END $$""",
        f"""
CREATE TRIGGER {name} AFTER {event} ON deliveries REFERENCING {tables}
FOR EACH STATEMENT EXECUTE FUNCTION {name}()""",
    )


POSTGRESQL = (
    *_postgresql_counter("tally_added", "INSERT", "NEW TABLE AS added", _steps("added", 1)),
    *_postgresql_counter(
        "tally_changed",
        "UPDATE",
        "NEW TABLE AS added OLD TABLE AS gone",
        f"{_steps('added', 1)} UNION ALL {_steps('gone', -1)}",
    ),
    *_postgresql_counter(
        "tally_deleted", "DELETE", "OLD TABLE AS gone", _steps("gone", -1, where=OPEN)
    ),
    """
CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit is only ever added to';
END $$""",
    """
CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()""",
    "ALTER TABLE tallies SET (fillfactor = 50)",
)
POSTGRESQL_DOWN = tuple(
    statement
    for name, table in (
        ("tally_added", "deliveries"),
        ("tally_changed", "deliveries"),
        ("tally_deleted", "deliveries"),
        ("audit_is_kept", "audit"),
    )
    for statement in (f"DROP TRIGGER {name} ON {table}", f"DROP FUNCTION {name}()")
)


def _sqlite_step(row: str, kind: str, step: int) -> str:
    named = f"{row}.state, coalesce({row}.cause, '')" if kind == "state" else f"{row}.feedback, ''"
    return (
        f"INSERT INTO tallies ({KEY}, number) "
        f"SELECT {row}.campaign_id, '{kind}', {named}, 0, {step} "
        f"WHERE {row}.{kind} IS NOT NULL {ADD};"
    )


SQLITE = (
    f"""
CREATE TRIGGER tally_added AFTER INSERT ON deliveries BEGIN
  {_sqlite_step("NEW", "state", 1)} {_sqlite_step("NEW", "feedback", 1)}
END""",
    f"""
CREATE TRIGGER tally_changed AFTER UPDATE OF state, cause ON deliveries
WHEN OLD.state IS NOT NEW.state OR OLD.cause IS NOT NEW.cause BEGIN
  {_sqlite_step("OLD", "state", -1)} {_sqlite_step("NEW", "state", 1)}
END""",
    f"""
CREATE TRIGGER tally_heard AFTER UPDATE OF feedback ON deliveries
WHEN OLD.feedback IS NOT NEW.feedback BEGIN
  {_sqlite_step("OLD", "feedback", -1)} {_sqlite_step("NEW", "feedback", 1)}
END""",
    f"""
CREATE TRIGGER tally_deleted AFTER DELETE ON deliveries
WHEN OLD.{OPEN} BEGIN
  {_sqlite_step("OLD", "state", -1)} {_sqlite_step("OLD", "feedback", -1)}
END""",
    *(
        f"""
CREATE TRIGGER audit_is_kept_from_{event.lower()} BEFORE {event} ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit is only ever added to');
END"""
        for event in ("UPDATE", "DELETE")
    ),
)
SQLITE_DOWN = tuple(
    f"DROP TRIGGER {name}"
    for name in (
        *("tally_added", "tally_changed", "tally_heard", "tally_deleted"),
        *("audit_is_kept_from_update", "audit_is_kept_from_delete"),
    )
)


def upgrade() -> None:
    _run(POSTGRESQL if _is_postgresql() else SQLITE)
    op.execute(FILL)


def downgrade() -> None:
    _run(POSTGRESQL_DOWN if _is_postgresql() else SQLITE_DOWN)
    op.execute("DELETE FROM tallies")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _run(statements: tuple[str, ...]) -> None:
    for statement in statements:
        op.execute(sa.text(statement.replace(":", r"\:")))
