"""A tenant who moves while the list is on its way has one row

The list goes by address. Whoever was on it, and moved to an address that comes later, was listed
there once more: the first row, which would have been skipped, is dropped before the list is frozen.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

HEAD = """
CREATE OR REPLACE FUNCTION readdress(
  of_month text, old_address text, new_address text, link text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE deliveries SET address = new_address
  WHERE campaign_id = (
      SELECT id FROM campaigns
      WHERE month = of_month AND state IN ('handing_over', 'sending', 'paused'))
    AND address = old_address AND state = 'queued' AND attempt_id IS NULL AND attempts = 0
    AND strpos(reply_link, '/r/' || link || '.') > 0;
EXCEPTION WHEN unique_violation THEN
"""
DROP_THE_FIRST = """
  DELETE FROM deliveries AS first USING campaigns, deliveries AS later
  WHERE campaigns.month = of_month AND campaigns.state = 'handing_over'
    AND campaigns.frozen_at IS NULL
    AND first.campaign_id = campaigns.id AND first.address = old_address
    AND first.state = 'queued' AND first.attempt_id IS NULL AND first.attempts = 0
    AND strpos(first.reply_link, '/r/' || link || '.') > 0
    AND later.campaign_id = campaigns.id AND later.address = new_address
    AND strpos(later.reply_link, '/r/' || link || '.') > 0;
END $$
"""


def upgrade() -> None:
    _write(DROP_THE_FIRST)


def downgrade() -> None:
    _write("  NULL;\nEND $$")


def _write(otherwise: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(HEAD + otherwise)
