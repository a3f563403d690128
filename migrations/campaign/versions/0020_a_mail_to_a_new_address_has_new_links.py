"""A mail that goes to a tenant's new address carries new links

Those of the old address ended with the change. Where the new address is on the list already, the
first row is dropped as before: what is there has either link.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

FOUR = "text, text, text, text"
SIX = f"{FOUR}, text, text"
DEFINER = "RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$"
LISTED = "state IN ('handing_over', 'sending', 'paused')"
NEVER_CLAIMED = "state = 'queued' AND {0}attempt_id IS NULL AND {0}attempts = 0"


def upgrade() -> None:
    _replace(
        FOUR,
        SIX,
        ", new_reply_link text, new_stop_link text",
        "address = new_address, reply_link = new_reply_link, stop_link = new_stop_link",
        "(later.reply_link = new_reply_link OR strpos(later.reply_link, '/r/' || link || '.') > 0)",
    )


def downgrade() -> None:
    _replace(
        SIX,
        FOUR,
        "",
        "address = new_address",
        "strpos(later.reply_link, '/r/' || link || '.') > 0",
    )


def _replace(before: str, after: str, more: str, values: str, theirs: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"DROP FUNCTION readdress({before})")
    op.execute(f"""
CREATE FUNCTION readdress(
  of_month text, old_address text, new_address text, link text{more}
) {DEFINER}
BEGIN
  UPDATE deliveries SET {values}
  WHERE campaign_id = (SELECT id FROM campaigns WHERE month = of_month AND {LISTED})
    AND address = old_address AND {NEVER_CLAIMED.format("")}
    AND strpos(reply_link, '/r/' || link || '.') > 0;
EXCEPTION WHEN unique_violation THEN
  DELETE FROM deliveries AS first USING campaigns, deliveries AS later
  WHERE campaigns.month = of_month AND campaigns.state = 'handing_over'
    AND campaigns.frozen_at IS NULL
    AND first.campaign_id = campaigns.id AND first.address = old_address
    AND first.{NEVER_CLAIMED.format("first.")}
    AND strpos(first.reply_link, '/r/' || link || '.') > 0
    AND later.campaign_id = campaigns.id AND later.address = new_address AND {theirs};
END $$""")
    op.execute(f"REVOKE ALL ON FUNCTION readdress({after}) FROM PUBLIC")
