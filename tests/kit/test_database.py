from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError, StatementError

from campaigns.models import AuditEntry, Series
from kit.database import Database

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def _series(name: str) -> Series:
    return Series(
        name=name, rule="day-1", send_time="10:00", draft_days_ahead=7, window_seconds=172800
    )


def _entry(at: datetime) -> AuditEntry:
    return AuditEntry(at=at, who="test", action="tested", detail={})


def _fail_halfway(database: Database) -> None:
    with database.writing() as session:
        session.add(_series("one"))
        session.flush()
        raise RuntimeError("halfway")


def test_what_is_written_is_committed_together(campaign_db: Database) -> None:
    with campaign_db.writing() as session:
        session.add_all([_series("one"), _series("two")])

    with campaign_db.reading() as session:
        assert session.query(Series).count() == 2


def test_an_error_takes_everything_back(campaign_db: Database) -> None:
    with pytest.raises(RuntimeError, match="halfway"):
        _fail_halfway(campaign_db)

    with campaign_db.reading() as session:
        assert session.query(Series).count() == 0


def test_a_reader_sees_the_last_commit_while_somebody_writes(campaign_db: Database) -> None:
    with campaign_db.writing() as writer:
        writer.add(_series("one"))
        writer.flush()
        with campaign_db.reading() as reader:
            assert reader.query(Series).count() == 0


def test_a_moment_comes_back_in_utc(campaign_db: Database) -> None:
    with campaign_db.writing() as session:
        session.add(_entry(NOON.astimezone(timezone(timedelta(hours=5)))))

    with campaign_db.reading() as session:
        assert NOON == session.query(AuditEntry).one().at


def test_a_moment_without_a_zone_is_refused(campaign_db: Database) -> None:
    with (
        pytest.raises(StatementError, match="without a zone"),
        campaign_db.writing() as session,
    ):
        session.add(_entry(NOON.replace(tzinfo=None)))


def test_a_sqlite_file_is_durable_checked_and_wiped_of_what_is_deleted(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new/folder/campaign.db")
    with database.reading() as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "secure_delete")
        }
    database.dispose()

    assert {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1} == pragmas


def test_autocommit_sees_what_is_committed_and_holds_nothing(campaign_db: Database) -> None:
    with campaign_db.autocommit() as connection:
        assert [] == connection.scalars(select(Series.name)).all()
        with campaign_db.writing() as session:
            session.add(_series("one"))
            session.flush()
            assert [] == connection.scalars(select(Series.name)).all()

        assert ["one"] == connection.scalars(select(Series.name)).all()


def test_with_autocommit_a_statement_is_a_transaction_of_its_own(campaign_db: Database) -> None:
    with campaign_db.writing() as session:
        session.add(_series("one"))
    with campaign_db.autocommit() as connection:
        connection.execute(update(Series).values(name="two"))
        with campaign_db.reading() as session:
            assert ["two"] == session.scalars(select(Series.name)).all()


def test_after_autocommit_a_connection_has_transactions_again(campaign_db: Database) -> None:
    with campaign_db.autocommit() as connection:
        connection.execute(select(Series.name))
    with campaign_db.reading() as session:
        session.add(_series("one"))
        session.flush()

    with campaign_db.reading() as session:
        assert [] == session.scalars(select(Series.name)).all()


def _end(server_process: int, database: Database) -> None:
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with other.reading() as session:
        ended = text("SELECT pg_terminate_backend(:pid, 10000)")
        assert session.execute(ended, {"pid": server_process}).scalar_one()
    other.dispose()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_connection_that_died_in_the_pool_is_replaced(
    campaign_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kit.engines.PROVEN_FOR", 0)
    with campaign_db.reading() as session:
        pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    _end(pid, campaign_db)

    with campaign_db.reading() as session:
        assert pid != session.execute(text("SELECT pg_backend_pid()")).scalar_one()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_connection_found_dead_is_not_used_again(
    campaign_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kit.engines.PROVEN_FOR", 3600)
    found = _server_process(campaign_db)
    _end(found, campaign_db)
    with pytest.raises(OperationalError):
        _server_process(campaign_db)

    assert found != _server_process(campaign_db)


def _server_process(database: Database) -> int:
    with database.autocommit() as connection:
        found: int = connection.execute(select(func.pg_backend_pid())).scalar_one()
    return found
