"""A reply and its link: whatever changes before or meanwhile, both are kept or neither."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kit.database import Database
from links import ledger
from links.errors import LinkExpired, LinkMissing
from links.models import Link
from replies import erasure, intake
from replies.form.questions import Answers
from replies.models import DataKey
from replies.vault import master_keys, rotation
from tests.support.replies import (
    CLOSES,
    MONTH,
    NEXT_MONTH,
    NO_CHANGE,
    OPENED,
    TODAY,
    WORK_ENDED,
    RepliesWorld,
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
    """A tenant's link, and what may be done with it."""

    world: RepliesWorld
    link_id: bytes

    def store(self) -> bool:
        with self.world.database.writing() as session:
            return self.submit(session, self.link_id, WORK_ENDED)

    def submit(self, session: Session, link_id: bytes, answers: Answers) -> bool:
        """Whether the reply was stored."""
        vault = self.world.vault
        stored = intake.submit(session, vault, link_id=link_id, answers=answers, today=TODAY)
        return stored is not None

    def held(self) -> list[Answers]:
        return self.world.held(TENANT)

    def spent_on(self) -> date | None:
        with self.world.database.reading() as session:
            return session.get_one(Link, self.link_id).spent_on

    def fresh_link(self, session: Session, month: str = NEXT_MONTH) -> bytes:
        return ledger.issue_fresh(
            session, tenant_id=TENANT, month=month, issued_on=OPENED, expires_on=CLOSES
        )


Change = Callable[[Scene, Session], object]


def erase(scene: Scene, session: Session) -> None:
    ledger.forget_tenant(session, TENANT)
    erasure.delete_all(session, TENANT)


def forget(_scene: Scene, session: Session) -> None:
    erasure.delete_all(session, TENANT)


def begin_anew(scene: Scene, session: Session) -> None:
    erasure.delete_all(session, TENANT)
    scene.submit(session, scene.fresh_link(session, MONTH), NO_CHANGE)


def rewrap(scene: Scene, session: Session) -> None:
    master_keys.add_epoch(scene.world.directory)
    assert rotation.put_back(session, scene.world.keys, session.get_one(DataKey, TENANT))


def reply_by_this_link(scene: Scene, session: Session) -> None:
    scene.submit(session, scene.link_id, NO_CHANGE)


def reply_by_another_link(scene: Scene, session: Session) -> None:
    scene.submit(session, scene.fresh_link(session), NO_CHANGE)


FIRST: dict[Change, tuple[bool, list[Answers]]] = {
    erase: (False, []),
    reply_by_this_link: (False, [NO_CHANGE]),
    reply_by_another_link: (True, [WORK_ENDED]),
}
LATER: dict[Change, tuple[bool, list[Answers]]] = {
    erase: (False, []),
    forget: (True, [WORK_ENDED]),
    begin_anew: (True, [NO_CHANGE, WORK_ENDED]),
    rewrap: (True, [NO_CHANGE, WORK_ENDED]),
    reply_by_this_link: (False, [NO_CHANGE, NO_CHANGE]),
    reply_by_another_link: (True, [NO_CHANGE, WORK_ENDED]),
}
"""What becomes of the reply after each change, and what is held in the end."""

changes = pytest.mark.parametrize(
    ("change", "replied_before"),
    [(change, False) for change in FIRST] + [(change, True) for change in LATER],
    ids=lambda value: value.__name__ if callable(value) else ("later" if value else "first"),
)


@pytest.fixture
def world(platform_db: Database, tmp_path: Path) -> RepliesWorld:
    return build(platform_db, tmp_path / "vault")


def scene(world: RepliesWorld, *, replied_before: bool = False) -> Scene:
    if replied_before:
        world.reply(TENANT)
    with world.database.writing() as session:
        link_id = ledger.issue_fresh(
            session, tenant_id=TENANT, month=NEXT_MONTH, issued_on=OPENED, expires_on=CLOSES
        )
    return Scene(world, link_id)


@pytest.mark.parametrize("replied_before", [False, True])
def test_a_reply_is_stored_and_its_link_spent(world: RepliesWorld, replied_before: bool) -> None:
    here = scene(world, replied_before=replied_before)

    assert [True, False] == [here.store(), here.store()]
    assert [NO_CHANGE] * replied_before + [WORK_ENDED] == here.held()
    assert TODAY == here.spent_on()
    with world.database.reading() as session:
        assert [TENANT] == session.scalars(select(DataKey.tenant_id)).all()


@changes
def test_what_changed_before_a_reply_is_heeded(
    world: RepliesWorld, change: Change, replied_before: bool
) -> None:
    here = scene(world, replied_before=replied_before)
    with world.database.writing() as session:
        change(here, session)

    expected = (LATER if replied_before else FIRST)[change]
    assert expected == (here.store(), here.held())


@on_postgresql
@changes
def test_what_changes_during_a_reply_is_heeded(
    world: RepliesWorld, change: Change, replied_before: bool
) -> None:
    here = scene(world, replied_before=replied_before)
    with ThreadPoolExecutor(1) as pool:
        with world.database.writing() as session:
            change(here, session)
            storing = pool.submit(here.store)
            wait_until_blocked(world.database, storing)
        outcome = storing.result()

    assert (LATER if replied_before else FIRST)[change] == (outcome, here.held())


def wait_until_blocked(database: Database, storing: Future[bool]) -> None:
    """Until the reply waits for what the other transaction holds."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        assert not wait([storing], timeout=0.02).done
        with database.reading() as session:
            if session.scalar(BLOCKED):
                return
    raise TimeoutError("the reply waits for nobody")


def test_of_many_replies_by_one_link_at_the_same_time_one_is_stored(world: RepliesWorld) -> None:
    here = scene(world)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: here.store(), range(40)))

    assert 1 == outcomes.count(True)
    assert [WORK_ENDED] == here.held()


def test_a_link_that_ran_out_stores_nothing(world: RepliesWorld) -> None:
    here = scene(world)
    with world.database.writing() as session:
        session.get_one(Link, here.link_id).expires_on = TODAY - timedelta(days=1)

    with pytest.raises(LinkExpired):
        here.store()
    assert ([], None) == (here.held(), here.spent_on())


def test_a_link_that_was_purged_stores_nothing(world: RepliesWorld) -> None:
    with pytest.raises(LinkMissing):
        Scene(world, bytes(16)).store()


def test_a_reply_whose_key_cannot_be_made_leaves_its_link_unspent(world: RepliesWorld) -> None:
    here = scene(world)
    for epoch in world.directory.iterdir():
        epoch.rename(epoch.with_name("elsewhere"))

    with pytest.raises(master_keys.KeyUnavailable):
        here.store()
    assert here.spent_on() is None
