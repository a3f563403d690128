"""What is past its time is gone from every table, and nothing else is."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from kit.database import Database, PlatformBase
from kit.settings import Settings
from links.models import Link
from replies.models import DataKey, Reply, Round
from tenants.models import Mark, RightsEntry
from tenants.rights import data_sessions, retention, rights
from tests.support.replies import CLOSES, OPENED
from tests.support.tenants import ALICE, NEXT_MONTH, NOW, People

DAY = timedelta(days=1)


def _settings(people: People) -> Settings:
    return Settings(vault_keys=str(people.world.directory))


def _purge(people: People, now: datetime) -> retention.Purged:
    return retention.purge(people.database, settings=_settings(people), now=now)


def _count(database: Database, table: type[PlatformBase]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_nothing_goes_before_its_time(people: People) -> None:
    before = people.every_row()

    assert not _purge(people, NOW + 2 * DAY)

    assert before == people.every_row()


def test_replies_go_after_two_years_with_the_keys_and_the_rounds_nobody_needs(
    people: People,
) -> None:
    replied = datetime(2026, 12, 3, 12, 0, tzinfo=NOW.tzinfo)
    assert 0 == _purge(people, replied + 730 * DAY).replies

    assert 4 == _purge(people, replied + 731 * DAY).replies

    assert (0, 0) == (_count(people.database, Reply), _count(people.database, DataKey))
    months_later = datetime(CLOSES.year, CLOSES.month, CLOSES.day, 12, tzinfo=NOW.tzinfo)
    _purge(people, months_later + 731 * DAY)
    assert 0 == _count(people.database, Round)


def test_a_tenant_who_replied_again_keeps_the_key(people: People) -> None:
    alice = people.id_of("T-001")
    people.world.reply(alice, month=NEXT_MONTH)
    with people.database.writing() as session:
        newest = session.scalars(
            select(Reply).where(Reply.tenant_id == alice, Reply.month == NEXT_MONTH)
        ).one()
        newest.replied_on = newest.replied_on + 100 * DAY

    _purge(people, NOW + 735 * DAY)

    assert [NEXT_MONTH] == [reply["month"] for reply in people.held(alice)]
    assert 1 == _count(people.database, DataKey)


def test_a_months_link_stays_as_long_as_the_sender_may_hold_its_list(people: People) -> None:
    """Until then the tenant's own page says so."""
    settings = Settings(vault_keys=str(people.world.directory), keep_links=14 * DAY)
    with people.database.writing() as session:
        session.execute(update(Link).values(monthly=True, expires_on=OPENED))
    opened = datetime(OPENED.year, OPENED.month, OPENED.day, 12, tzinfo=NOW.tzinfo)

    for days, purged in ((97, 0), (98, 4)):
        now = opened + days * DAY
        assert purged == retention.purge(people.database, settings=settings, now=now).links


def test_links_go_sixty_days_after_their_last_day(people: People) -> None:
    last = datetime(CLOSES.year, CLOSES.month, CLOSES.day, 12, tzinfo=NOW.tzinfo)

    assert 0 == _purge(people, last + 60 * DAY).links
    assert 4 == _purge(people, last + 61 * DAY).links


def test_visits_and_letters_go_within_a_day(people: People) -> None:
    with people.database.writing() as session:
        data_sessions.request_code(session, address=ALICE, keys=people.link_keys, now=NOW)

    purged = _purge(people, NOW + DAY)

    assert (2, 1) == (purged.visits, purged.letters)


def test_an_erased_tenants_reference_goes_and_the_bare_evidence_stays(people: People) -> None:
    with people.database.writing() as session:
        rights.restrict(session, rights.find(session, "T-001"), now=NOW)
        rights.erase(session, rights.find(session, "T-001"), now=NOW)
        session.execute(delete(Mark))  # as when they were carried to the campaign side
    assert "T-001" in people.every_row()

    assert 1 == _purge(people, NOW + 31 * DAY).references

    rows = people.every_row()
    assert "T-001" not in rows
    assert ALICE not in rows
    with people.database.reading() as session:
        assert ["erased"] == session.scalars(select(RightsEntry.action)).all()


def test_the_periods_are_the_operators(people: People) -> None:
    chosen = Settings(vault_keys=str(people.world.directory), keep_replies=timedelta(days=10))

    assert 4 == retention.purge(people.database, settings=chosen, now=NOW + 10 * DAY).replies


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_purged_ciphertext_is_gone_from_the_file(people: People, tmp_path: Path) -> None:
    with people.database.reading() as session:
        sealed = session.scalars(select(Reply.sealed)).all()
    _purge(people, NOW + 800 * DAY)
    people.database.empty_log()

    content = (tmp_path / "platform.db").read_bytes()

    assert not any(one[:64] in content for one in sealed)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_erased_key_is_in_no_file_after_the_next_tick(people: People, tmp_path: Path) -> None:
    alice = people.id_of("T-001")
    with people.database.reading() as session:
        wrapped = bytes(session.get_one(DataKey, alice).wrapped)
    with people.database.writing() as session:
        rights.erase(session, rights.find(session, "T-001"), now=NOW)

    people.database.empty_log()

    files = list(tmp_path.glob("platform.db*"))
    assert files
    assert not [file.name for file in files if wrapped in file.read_bytes()]
