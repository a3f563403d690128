"""The database refuses a change of state that the table of transitions does not list

The pairs stand here as `campaigns.sending.transitions.changes_of_state()` had them; a test compares
what the database takes with what the table lists. The tallies are counted as before, in one pass
over the rows that changed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LISTED = {
    "queued": ("sending", "sent", "failed", "unknown", "skipped"),
    "sending": ("queued", "sent", "failed", "unknown", "skipped"),
    "unknown": ("queued", "sent", "failed"),
    "sent": ("failed",),
    "failed": ("sent",),
    "skipped": ("sent",),
}
PAIRS = ", ".join(f"'{old}>{new}'" for old, after in LISTED.items() for new in after)
IS_UNLISTED = f"OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({PAIRS})"
REFUSAL = "a delivery never changes its state like this"
MESSAGE = f"{REFUSAL}: % to %', OLD.state, NEW.state"

KEY = "campaign_id, kind, state, cause, shard"
COLUMNS = "campaign_id, state, cause, feedback, message_id, claimed_at"
MINUTE = "CASE WHEN state = 'sent' AND message_id IS NOT NULL THEN date_trunc('minute', claimed_at)"
NAMED = "to_char(minute AT TIME ZONE 'UTC', 'YYYYMMDDHH24MI')"

POSTGRESQL = (
    f"""
CREATE OR REPLACE FUNCTION tally_changed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO tallies ({KEY}, number)
  SELECT campaign_id, kind, counted.state, counted.cause, pg_backend_pid(), sum(step)
  FROM (
    SELECT campaign_id, state, coalesce(cause, '') AS cause, feedback, {MINUTE} END AS minute,
      sum(step) AS step
    FROM (
      SELECT {COLUMNS}, 1 AS step FROM added UNION ALL SELECT {COLUMNS}, -1 FROM gone
    ) AS steps
    GROUP BY 1, 2, 3, 4, 5
  ) AS alike, LATERAL (VALUES
    ('state', alike.state, alike.cause),
    ('feedback', feedback, ''),
    ('accepted', {NAMED}, ''),
    ('seen', CASE WHEN feedback IS NOT NULL THEN {NAMED} END, '')
  ) AS counted (kind, state, cause)
  WHERE counted.state IS NOT NULL
  GROUP BY campaign_id, kind, counted.state, counted.cause HAVING sum(step) <> 0
  ON CONFLICT ({KEY}) DO UPDATE SET number = tallies.number + excluded.number;
  RETURN NULL;
END $$""",
    f"""
CREATE FUNCTION refuse_unlisted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{MESSAGE} USING ERRCODE = 'check_violation';
END $$""",
    f"""
CREATE TRIGGER refuse_unlisted AFTER UPDATE OF state ON deliveries
FOR EACH ROW WHEN ({IS_UNLISTED}) EXECUTE FUNCTION refuse_unlisted()""",
)
"""The condition is all that a listed change costs: no function is called for it."""
SQLITE = f"""
CREATE TRIGGER refuse_unlisted BEFORE UPDATE OF state ON deliveries
WHEN {IS_UNLISTED} BEGIN
  SELECT RAISE(ABORT, '{REFUSAL}');
END"""


def upgrade() -> None:
    for statement in POSTGRESQL if _is_postgresql() else (SQLITE,):
        op.execute(sa.text(statement.replace(":", r"\:")))


def downgrade() -> None:
    """The counting stays in one pass: it counts the same."""
    if _is_postgresql():
        op.execute("DROP TRIGGER refuse_unlisted ON deliveries")
        op.execute("DROP FUNCTION refuse_unlisted()")
    else:
        op.execute("DROP TRIGGER refuse_unlisted")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
