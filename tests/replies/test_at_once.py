"""A reply stored by one statement: whatever changes after its link was looked up, all of it is
stored or nothing, and then the way by single steps does the right thing.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kit.database import Database
from links import ledger
from links.errors import LinkExpired, LinkMissing
from replies import at_once, erasure, intake
from replies.at_once import Opened
from replies.form.questions import Answers, pin
from replies.intake import Outcome
from replies.models import DataKey, Reply
from replies.vault import master_keys, rotation
from tests.replies.world import (
    CLOSES,
    MONTH,
    NEXT_MONTH,
    NO_CHANGE,
    OPENED,
    QUESTIONS,
    TODAY,
    WORK_ENDED,
    World,
    build,
)

TENANT = 1
PATIENCE = 30
BLOCKED = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)

on_postgresql = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


@dataclass(frozen=True)
class Scene:
    """A tenant's link, looked up, and what may be done with it."""

    world: World
    link_id: bytes
    opened: Opened

    def store(self) -> bool:
        return at_once.store(
            self.world.database,
            self.world.vault,
            self.opened,
            link_id=self.link_id,
            answers=WORK_ENDED,
            asked=pin(QUESTIONS),
            today=TODAY,
        )

    def submit(self, session: Session, link_id: bytes, answers: Answers) -> Outcome:
        """By single steps."""
        return intake.submit(
            session, self.world.vault, link_id=link_id, answers=answers, today=TODAY
        )

    def held(self) -> list[Answers]:
        return self.world.held(TENANT)

    def fresh_link(self, session: Session, month: str = NEXT_MONTH) -> bytes:
        return ledger.issue_fresh(
            session, tenant_id=TENANT, month=month, issued_on=OPENED, expires_on=CLOSES
        )


Change = Callable[[Scene, Session], object]


def erase(scene: Scene, session: Session) -> None:
    ledger.forget_tenant(session, TENANT)
    erasure.forget(session, TENANT)


def forget(_scene: Scene, session: Session) -> None:
    erasure.forget(session, TENANT)


def begin_anew(scene: Scene, session: Session) -> None:
    erasure.forget(session, TENANT)
    scene.submit(session, scene.fresh_link(session, MONTH), NO_CHANGE)


def rewrap(scene: Scene, session: Session) -> None:
    master_keys.add_epoch(scene.world.directory)
    assert rotation.put_back(session, scene.world.keys, session.get_one(DataKey, TENANT))


def reply_by_this_link(scene: Scene, session: Session) -> None:
    scene.submit(session, scene.link_id, NO_CHANGE)


def reply_by_another_link(scene: Scene, session: Session) -> None:
    scene.submit(session, scene.fresh_link(session), NO_CHANGE)


FIRST: dict[Change, tuple[Outcome, list[Answers]]] = {
    erase: (Outcome.ALREADY_SPENT, []),
    reply_by_this_link: (Outcome.ALREADY_SPENT, [NO_CHANGE]),
    reply_by_another_link: (Outcome.STORED, [WORK_ENDED]),
}
LATER: dict[Change, tuple[Outcome, list[Answers]]] = {
    erase: (Outcome.ALREADY_SPENT, []),
    forget: (Outcome.STORED, [WORK_ENDED]),
    begin_anew: (Outcome.STORED, [NO_CHANGE, WORK_ENDED]),
    rewrap: (Outcome.STORED, [NO_CHANGE, WORK_ENDED]),
    reply_by_this_link: (Outcome.ALREADY_SPENT, [NO_CHANGE, NO_CHANGE]),
    reply_by_another_link: (Outcome.STORED, [NO_CHANGE, WORK_ENDED]),
}
"""What single steps make of the reply after each change, and what is held in the end."""

changes = pytest.mark.parametrize(
    ("change", "replied_before"),
    [(change, False) for change in FIRST] + [(change, True) for change in LATER],
    ids=lambda value: value.__name__ if callable(value) else ("later" if value else "first"),
)


@pytest.fixture
def world(platform_db: Database, tmp_path: Path) -> World:
    return build(platform_db, tmp_path / "vault")


def scene(world: World, *, replied_before: bool = False) -> Scene:
    if replied_before:
        world.reply(TENANT)
    with world.database.writing() as session:
        link_id = ledger.issue_fresh(
            session, tenant_id=TENANT, month=NEXT_MONTH, issued_on=OPENED, expires_on=CLOSES
        )
    return Scene(world, link_id, at_once.look_up(world.database, link_id, today=TODAY))


@on_postgresql
@pytest.mark.parametrize("replied_before", [False, True])
def test_a_reply_is_stored_and_its_link_spent(world: World, replied_before: bool) -> None:
    here = scene(world, replied_before=replied_before)

    assert here.store()
    assert not here.store()
    assert here.held() == [NO_CHANGE] * replied_before + [WORK_ENDED]
    with world.database.reading() as session:
        assert ledger.find(session, here.link_id).spent_on == TODAY
        assert session.scalars(select(DataKey.tenant_id)).all() == [TENANT]


@on_postgresql
@changes
def test_what_changed_before_leaves_it_to_single_steps(
    world: World, change: Change, replied_before: bool
) -> None:
    here = scene(world, replied_before=replied_before)
    with world.database.writing() as session:
        change(here, session)

    assert_left_to_single_steps(here, change, replied_before, is_stored=here.store())


@on_postgresql
@changes
def test_what_changes_meanwhile_leaves_it_to_single_steps(
    world: World, change: Change, replied_before: bool
) -> None:
    here = scene(world, replied_before=replied_before)
    with ThreadPoolExecutor(1) as pool:
        with world.database.writing() as session:
            change(here, session)
            storing = pool.submit(here.store)
            wait_until_blocked(world.database, storing)

        assert_left_to_single_steps(here, change, replied_before, is_stored=storing.result())


def assert_left_to_single_steps(
    here: Scene, change: Change, replied_before: bool, *, is_stored: bool
) -> None:
    outcome, held = (LATER if replied_before else FIRST)[change]
    assert not is_stored
    with here.world.database.writing() as session:
        assert here.submit(session, here.link_id, WORK_ENDED) is outcome
    assert here.held() == held


def wait_until_blocked(database: Database, storing: Future[bool]) -> None:
    """Until the statement waits for what the other transaction holds."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        assert not wait([storing], timeout=0.02).done
        with database.reading() as session:
            if session.scalar(BLOCKED):
                return
    raise TimeoutError("the statement waits for nobody")


@on_postgresql
def test_the_log_of_postgresql_hears_nothing_of_a_second_reply_to_one_month(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = scene(world, replied_before=True)
    with world.database.writing() as session:
        reply_by_another_link(here, session)
    monkeypatch.setattr(psycopg.errors, "UniqueViolation", ())

    assert not here.store()


@on_postgresql
def test_many_at_once_for_one_tenant_store_one(world: World) -> None:
    here = scene(world)
    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(lambda _: here.store(), range(40)))

    assert sorted(stored) == [False] * 39 + [True]
    assert here.held() == [WORK_ENDED]


@on_postgresql
def test_a_link_that_ran_out_meanwhile_stores_nothing(world: World) -> None:
    here = scene(world)
    with world.database.writing() as session:
        ledger.find(session, here.link_id).expires_on = TODAY - timedelta(days=1)

    assert not here.store()
    assert here.held() == []


def test_a_link_is_looked_up_while_it_is_open(world: World) -> None:
    here = scene(world)
    assert here.opened == Opened(NEXT_MONTH, CLOSES, TENANT)

    with pytest.raises(LinkExpired):
        at_once.look_up(world.database, here.link_id, today=CLOSES + timedelta(days=1))
    with pytest.raises(LinkMissing):
        at_once.look_up(world.database, bytes(16), today=TODAY)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_sqlite_leaves_all_to_single_steps(world: World) -> None:
    here = scene(world)

    assert not here.store()
    with world.database.reading() as session:
        assert session.scalars(select(Reply)).all() == []
        assert ledger.find(session, here.link_id).spent_on is None
