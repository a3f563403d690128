"""What was typed and not saved before there was one text a month becomes a version."""

import json
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, text

import migrations
from campaigns.content.fields import Content
from campaigns.models import CampaignState, Draft
from campaigns.writing import versions
from checkin.databases import METADATA, Side, upgrade_side
from kit.database import Database
from tests.content.samples import AUTHOR, CONTENT, MONTH

BEFORE = "0012"
FILL = (
    "INSERT INTO series VALUES ('monthly-check-in', 'day-1', '10:00', 14, 3600, 'resend')",
    "INSERT INTO staff VALUES (:author, '[\"author\"]', '2026-11-01', '2026-11-01')",
    """INSERT INTO campaigns (id, month, series, state, send_at, window_seconds, version,
    handover_cursor) VALUES (1, :month, 'monthly-check-in', 'draft', '2026-12-01', 3600, 2, '')""",
    "INSERT INTO drafts VALUES (1, 1, :saved, :author, '2026-11-01')",
    "INSERT INTO drafts VALUES (1, 2, :saved, :author, '2026-11-02')",
    "INSERT INTO working_copies VALUES (:month, :author, 2, :typed, '2026-11-03')",
    "INSERT INTO working_copies VALUES ('2031-01', :author, 0, :typed, '2026-11-03')",
)


def _fill(connection: Connection, saved: str, typed: str) -> None:
    settings = migrations.config("campaign", connection=connection, metadata=METADATA["campaign"])
    command.upgrade(settings, BEFORE)
    values = {"author": AUTHOR, "month": MONTH, "saved": saved, "typed": typed}
    for statement in FILL:
        connection.execute(text(statement), values)


def test_an_unsaved_text_stands_in_the_history_below_the_months_text(tmp_path: Path) -> None:
    side = Side("campaign", f"sqlite:///{tmp_path}/campaign.db")
    database = Database(side.url)
    with database.engine.execution_options(writing=True).begin() as connection:
        saved = CONTENT.as_json()
        _fill(connection, json.dumps(saved), json.dumps({**saved, "closing": "Typed."}))

    upgrade_side(side)

    with database.reading() as session:
        campaign = versions.find(session, MONTH)
        assert (3, CampaignState.DRAFT) == (campaign.version, campaign.state)
        assert CONTENT == versions.content_of(session, campaign)
        assert ["Thank you.", "Typed.", "Thank you."] == [
            _closing(draft) for draft in versions.history(session, campaign)
        ]
    database.dispose()


def _closing(draft: Draft) -> str:
    return Content.from_json(draft.content).closing
