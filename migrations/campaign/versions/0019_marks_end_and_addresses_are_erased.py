"""The platform's marks end with their month, and an address can be erased from every table

Through its door the platform marks only what is on a list that may still be sent, and has only that
erased which is here; of any other address nothing is stored. A trigger refuses any other change of
a mail's address than those two: to the tenant's new one while it was never claimed, and to the
row's own number once it is settled.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KINDS = "'bounce', 'complaint', 'do_not_mail', 'manual'"
LISTED = "('handing_over', 'sending', 'paused')"
DEFINER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS"

SUPPRESS = f"""
CREATE FUNCTION suppress_listed(given text[], at timestamptz) RETURNS void {DEFINER} $$
BEGIN
  INSERT INTO suppressions (address, kind, added_at)
  SELECT DISTINCT wanted, 'do_not_mail', at FROM unnest(given) AS wanted
  WHERE EXISTS (
    SELECT FROM campaigns, deliveries
    WHERE campaigns.state IN {LISTED}
      AND deliveries.campaign_id = campaigns.id AND deliveries.address = wanted)
  ON CONFLICT DO NOTHING;
END $$"""
ERASE = f"""
CREATE FUNCTION erase_known(given text[]) RETURNS void {DEFINER} $$
BEGIN
  INSERT INTO erasures (address)
  SELECT DISTINCT wanted FROM unnest(given) AS wanted
  WHERE EXISTS (
      SELECT FROM campaigns, deliveries
      WHERE deliveries.campaign_id = campaigns.id AND deliveries.address = wanted)
    OR EXISTS (SELECT FROM suppressions WHERE suppressions.address = wanted)
    OR EXISTS (SELECT FROM campaigns WHERE handover_cursor = wanted)
    OR EXISTS (SELECT FROM set_aside WHERE strpos(lower(body), wanted) > 0)
  ON CONFLICT DO NOTHING;
END $$"""

IS_UNLISTED = """OLD.address <> NEW.address
  AND NOT (OLD.state = 'queued' AND NEW.state = 'queued'
    AND OLD.attempt_id IS NULL AND OLD.attempts = 0)
  AND NOT (NEW.state IN ('sent', 'failed', 'skipped')
    AND NEW.address = 'erased-' || OLD.id || '@erased.invalid')"""
REFUSAL = "the address of a mail never changes like this"
TRIGGERS = (
    f"""
CREATE FUNCTION refuse_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'check_violation';
END $$""",
    f"""
CREATE TRIGGER refuse_address AFTER UPDATE OF address ON deliveries
FOR EACH ROW WHEN ({IS_UNLISTED}) EXECUTE FUNCTION refuse_address()""",
)
SQLITE_TRIGGER = f"""
CREATE TRIGGER refuse_address BEFORE UPDATE OF address ON deliveries
WHEN {IS_UNLISTED} BEGIN
  SELECT RAISE(ABORT, '{REFUSAL}');
END"""


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("address", sa.String(320), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_erasures")),
    )
    op.create_table(
        "suppressed_digests",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_suppressed_digests_kind")),
        sa.PrimaryKeyConstraint("digest", "kind", name=op.f("pk_suppressed_digests")),
    )
    if not _is_postgresql():
        op.execute(SQLITE_TRIGGER)
        return
    for statement in (SUPPRESS, ERASE, *TRIGGERS):
        op.execute(statement)
    op.execute(
        "REVOKE ALL ON FUNCTION suppress_listed(text[], timestamptz), erase_known(text[]) FROM PUBLIC"
    )


def downgrade() -> None:
    if _is_postgresql():
        op.execute("DROP TRIGGER refuse_address ON deliveries")
        for function in (
            "refuse_address()",
            "suppress_listed(text[], timestamptz)",
            "erase_known(text[])",
        ):
            op.execute(f"DROP FUNCTION {function}")
    else:
        op.execute("DROP TRIGGER refuse_address")
    op.drop_table("suppressed_digests")
    op.drop_table("erasures")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
