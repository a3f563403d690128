"""What the migrations make is what the models say, on both databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect

from checkin import databases
from checkin.databases import METADATA, Side
from kit.database import Database
from migrations.environment import compares_defaults

SIDES = ["campaign", "platform"]


def _checks(engine: Engine) -> dict[str, set[str]]:
    """Each table's CHECK constraints; Alembic does not compare them."""
    inspector = inspect(engine)
    return {
        table: {str(check["name"]) for check in inspector.get_check_constraints(table)}
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def _declared_checks(side: str) -> dict[str, set[str]]:
    return {
        table.name: {
            str(constraint.name)
            for constraint in table.constraints
            if constraint.__visit_name__.endswith("check_constraint")
        }
        for table in METADATA[side].sorted_tables
    }


def test_the_migrated_campaign_database_is_what_the_models_say(campaign_db: Database) -> None:
    _assert_as_declared("campaign", campaign_db.engine)


def test_the_migrated_platform_database_is_what_the_models_say(platform_db: Database) -> None:
    _assert_as_declared("platform", platform_db.engine)


def _assert_as_declared(side: str, engine: Engine) -> None:
    with engine.connect() as connection:
        options = {"compare_server_default": compares_defaults(connection)}
        context = MigrationContext.configure(connection, opts=options)
        assert [] == compare_metadata(context, METADATA[side])
    assert _declared_checks(side) == _checks(engine)


@pytest.mark.parametrize("name", SIDES)
def test_an_upgrade_may_be_repeated(name: str, tmp_path: Path) -> None:
    side = Side(name, f"sqlite:///{tmp_path}/{name}.db")
    database = Database(side.url)

    before = databases.is_current(side, database)
    databases.upgrade_side(side)
    databases.upgrade_side(side)

    assert (False, True) == (before, databases.is_current(side, database))
    database.dispose()
