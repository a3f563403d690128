"""Alembic migrations: one history a side, run by `checkin init`."""

from pathlib import Path

from alembic.config import Config
from sqlalchemy import Connection, MetaData

FOLDER = Path(__file__).resolve().parent


def config(side: str, *, connection: Connection, metadata: MetaData | None = None) -> Config:
    """Return Alembic's configuration of one side, bound to a connection.

    If the connection is in a transaction, the caller commits it; otherwise each migration is a
    transaction of its own.
    """
    made = Config()
    made.set_main_option("script_location", str(FOLDER / side))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    made.attributes["metadata"] = metadata
    return made
