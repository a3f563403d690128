"""What settles an uncertain mail is counted by the minute, and a purge is remembered

Kind `accepted` counts the mails of a campaign that SES accepted, kind `seen` those of them that an
event came for, each by the minute in which they were claimed (`YYYYMMDDHHMM`, UTC). So whether the
event feed worked around a claim is read without reading the claim's mails.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = "campaign_id, kind, state, cause, shard"
ADD = f"ON CONFLICT ({KEY}) DO UPDATE SET number = tallies.number + excluded.number"
OPEN = "state IN ('queued', 'sending', 'unknown')"
ACCEPTED = "state = 'sent' AND message_id IS NOT NULL AND claimed_at IS NOT NULL"
WHICH = {"accepted": ACCEPTED, "seen": f"{ACCEPTED} AND feedback IS NOT NULL"}
ON_POSTGRESQL = "to_char(claimed_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MI')"
ON_SQLITE = "strftime('%Y%m%d%H%M', claimed_at)"


def _fill(minute: str) -> str:
    return f"INSERT INTO tallies ({KEY}, number) " + " UNION ALL ".join(
        f"SELECT campaign_id, '{kind}', {minute}, '', 0, count(*) FROM deliveries WHERE {which}"
        f" GROUP BY campaign_id, {minute}"
        for kind, which in WHICH.items()
    )


def _steps(table: str, step: int, where: str = "true") -> str:
    return f"""
    SELECT campaign_id, 'state' AS kind, state, coalesce(cause, '') AS cause, {step} AS step
    FROM {table} WHERE {where}
    UNION ALL
    SELECT campaign_id, 'feedback', feedback, '', {step}
    FROM {table} WHERE feedback IS NOT NULL AND {where}"""


def _evidence(table: str, step: int) -> str:
    return " UNION ALL ".join(
        f"SELECT campaign_id, '{kind}', {ON_POSTGRESQL}, '', {step} FROM {table} WHERE {which}"
        for kind, which in WHICH.items()
    )


def _counter(name: str, steps: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO tallies ({KEY}, number)
  SELECT campaign_id, kind, state, cause, pg_backend_pid(), sum(step)
  FROM ({steps}) AS steps
  GROUP BY campaign_id, kind, state, cause HAVING sum(step) <> 0
  {ADD};
  RETURN NULL;
END $$"""


def _sqlite_step(row: str, kind: str, step: int) -> str:
    """Into the tally of the row's minute, if the row counts."""
    columns = ("state", "message_id", "claimed_at", "feedback")
    which, minute = WHICH[kind], ON_SQLITE
    for column in columns:
        which = which.replace(f"{column} ", f"{row}.{column} ")
    return (
        f"INSERT INTO tallies ({KEY}, number) SELECT {row}.campaign_id, '{kind}',"
        f" {minute.replace('claimed_at', f'{row}.claimed_at')}, '', 0, {step} WHERE {which} {ADD};"
    )


SQLITE = f"""
CREATE TRIGGER tally_evidence AFTER UPDATE OF state, message_id, claimed_at, feedback ON deliveries
WHEN (OLD.state = 'sent' OR NEW.state = 'sent') AND (
  OLD.state IS NOT NEW.state OR OLD.message_id IS NOT NEW.message_id
  OR OLD.claimed_at IS NOT NEW.claimed_at OR OLD.feedback IS NOT NEW.feedback) BEGIN
  {_sqlite_step("OLD", "accepted", -1)} {_sqlite_step("OLD", "seen", -1)}
  {_sqlite_step("NEW", "accepted", 1)} {_sqlite_step("NEW", "seen", 1)}
END"""


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True))
    if _is_postgresql():
        _run(_counter("tally_added", f"{_steps('added', 1)} UNION ALL {_evidence('added', 1)}"))
        old_and_new = [f(table, step) for f in (_steps, _evidence) for table, step in SIDES]
        _run(_counter("tally_changed", " UNION ALL ".join(old_and_new)))
        _run(_fill(ON_POSTGRESQL))
    else:
        _run(SQLITE)
        _run(_fill(ON_SQLITE))


def downgrade() -> None:
    if _is_postgresql():
        _run(_counter("tally_added", _steps("added", 1)))
        _run(_counter("tally_changed", " UNION ALL ".join(_steps(*side) for side in SIDES)))
    else:
        op.execute("DROP TRIGGER tally_evidence")
    op.execute("DELETE FROM tallies WHERE kind IN ('accepted', 'seen')")
    op.drop_column("campaigns", "purged_at")


SIDES = (("added", 1), ("gone", -1))


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _run(statement: str) -> None:
    op.execute(sa.text(statement.replace(":", r"\:")))
