"""Rotating the vault: interrupted, under fire, and followed by somebody with an old backup."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kit import aws
from kit.database import Database
from replies import erasure
from replies.form.questions import pin, pinned_text
from replies.models import DataKey, Reply
from replies.vault import master_keys, rotation
from replies.vault.kms import KmsKeys
from replies.vault.master_keys import KeyUnavailable
from replies.vault.sealing import Vault
from tests.support.replies import (
    MONTH,
    NEXT_MONTH,
    NO_CHANGE,
    QUESTIONS,
    TODAY,
    WORK_ENDED,
    RepliesWorld,
    build,
)

WINDOW = MONTHLY = timedelta(days=30)
LATER = datetime.now(UTC) + WINDOW + timedelta(days=1)
ALICE, BOB = 1, 2

Backup = dict[type[DataKey | Reply], list[dict[str, Any]]]


@pytest.fixture
def world(platform_db: Database, tmp_path: Path) -> RepliesWorld:
    return build(platform_db, tmp_path / "vault")


def _epochs(world: RepliesWorld) -> set[str]:
    with world.database.reading() as session:
        return set(session.scalars(select(DataKey.master_key)))


def _rotate(world: RepliesWorld) -> int:
    master_keys.add_epoch(world.directory)
    return rotation.rewrap_all(world.database, world.keys, batch=2)


def _destroy(world: RepliesWorld, now: datetime = LATER) -> list[str]:
    return rotation.destroy_due(world.database, world.directory, window=WINDOW, now=now)


def _back_up(world: RepliesWorld) -> Backup:
    with world.database.reading() as session:
        return {
            model: [dict(row) for row in session.execute(select(model.__table__)).mappings()]
            for model in (DataKey, Reply)
        }


def _restore(world: RepliesWorld, backup: Backup) -> None:
    with world.database.writing() as session:
        for model, rows in backup.items():
            session.execute(delete(model))
            session.execute(insert(model), rows)


def test_every_data_key_comes_under_the_new_master_key_and_every_reply_still_opens(
    world: RepliesWorld,
) -> None:
    for tenant_id in range(1, 6):
        world.reply(tenant_id, WORK_ENDED)

    assert 5 == _rotate(world)

    assert {"epoch-0002"} == _epochs(world)
    assert [[WORK_ENDED]] * 5 == [world.held(tenant_id) for tenant_id in range(1, 6)]
    assert 0 == rotation.rewrap_all(world.database, world.keys)


def test_an_interrupted_rotation_goes_on_where_it_was(world: RepliesWorld) -> None:
    for tenant_id in range(1, 6):
        world.reply(tenant_id)
    master_keys.add_epoch(world.directory)
    with world.database.writing() as session:
        current = world.keys.current
        assert (2, 2) == rotation.rewrap_batch(
            session, world.keys, current=current, after=0, limit=2
        )
    with world.database.reading() as session:
        assert not rotation.is_complete(session, world.keys)

    assert 3 == rotation.rewrap_all(world.database, world.keys, batch=2)

    with world.database.reading() as session:
        assert rotation.is_complete(session, world.keys)
    assert [NO_CHANGE] == world.held(5)


def test_a_batch_that_was_rolled_back_loses_nothing(world: RepliesWorld) -> None:
    world.reply(ALICE, WORK_ENDED)
    master_keys.add_epoch(world.directory)
    with Session(world.database.engine) as session:
        rotation.rewrap_batch(session, world.keys, current="epoch-0002", after=0, limit=9)
        session.rollback()

    assert {"epoch-0001"} == _epochs(world)
    assert [WORK_ENDED] == world.held(ALICE)


def test_replies_that_arrive_during_a_rotation_are_kept_and_open(world: RepliesWorld) -> None:
    for tenant_id in range(1, 9):
        world.reply(tenant_id)

    with ThreadPoolExecutor(4) as pool:
        rotated = pool.submit(_rotate, world)
        arriving = [
            pool.submit(world.reply, tenant_id, WORK_ENDED, month=NEXT_MONTH)
            for tenant_id in range(5, 13)
        ]
        for reply in arriving:
            reply.result()
        assert rotated.result() >= 8
    rotation.rewrap_all(world.database, world.keys)

    assert {"epoch-0002"} == _epochs(world)
    assert [[NO_CHANGE]] * 4 == [world.held(tenant_id) for tenant_id in range(1, 5)]
    assert [[NO_CHANGE, WORK_ENDED]] * 4 == [world.held(tenant_id) for tenant_id in range(5, 9)]
    assert [[WORK_ENDED]] * 4 == [world.held(tenant_id) for tenant_id in range(9, 13)]


def test_a_tenant_erased_during_a_rotation_is_not_brought_back(world: RepliesWorld) -> None:
    world.reply(ALICE)
    master_keys.add_epoch(world.directory)
    with Session(world.database.engine, expire_on_commit=False) as session:
        stale = session.get_one(DataKey, ALICE)
    with world.database.writing() as session:
        erasure.delete_all(session, ALICE)
    with world.database.writing() as session:
        assert 0 == rotation.put_back(session, world.keys, stale)

    with world.database.reading() as session:
        assert [] == session.scalars(select(DataKey)).all()


def test_an_old_backup_and_todays_keys_cannot_read_an_erased_tenant(world: RepliesWorld) -> None:
    world.reply(ALICE, WORK_ENDED)
    world.reply(BOB, WORK_ENDED)
    backup = _back_up(world)
    with world.database.writing() as session:
        erasure.delete_all(session, ALICE)
    _rotate(world)
    after_rotation = _back_up(world)
    assert ["epoch-0001"] == _destroy(world)

    _restore(world, backup)
    for tenant_id in (ALICE, BOB):
        with pytest.raises(KeyUnavailable, match="epoch-0001 is no longer"):
            world.held(tenant_id)

    _restore(world, after_rotation)
    assert [] == world.held(ALICE)
    assert [WORK_ENDED] == world.held(BOB)


def test_a_master_key_stays_until_its_window_is_over(world: RepliesWorld) -> None:
    world.reply(ALICE)
    _rotate(world)

    assert [] == _destroy(world, now=datetime.now(UTC) + WINDOW - timedelta(hours=1))
    assert ["epoch-0001"] == _destroy(world)
    assert ["epoch-0002"] == [path.name for path in sorted(world.directory.glob("*epoch*"))]
    assert [NO_CHANGE] == world.held(ALICE)


def test_a_master_key_that_still_wraps_something_is_never_destroyed(world: RepliesWorld) -> None:
    world.reply(ALICE)
    master_keys.add_epoch(world.directory)

    assert [] == _destroy(world)
    assert [NO_CHANGE] == world.held(ALICE)


def test_the_newest_master_key_is_never_destroyed(tmp_path: Path) -> None:
    master_keys.create(tmp_path)
    os.utime(tmp_path / "epoch-0001", (0, 0))

    assert [] == master_keys.replaced_before(tmp_path, LATER)
    with pytest.raises(KeyUnavailable, match="not an older master key"):
        master_keys.destroy(tmp_path, "epoch-0001")


def test_the_job_rotates_an_old_key_goes_on_when_interrupted_and_destroys(
    world: RepliesWorld,
) -> None:
    world.reply(ALICE, WORK_ENDED)
    made_at = world.keys.made_at

    def run(age: timedelta) -> set[str]:
        now, window = made_at + age, timedelta(days=10)
        rotation.rotate_if_due(world.database, world.keys, every=MONTHLY, window=window, now=now)
        return {file.name for file in world.directory.glob("*epoch*")}

    assert {"epoch-0001"} == run(MONTHLY - timedelta(minutes=1))
    assert {"epoch-0002"} == run(MONTHLY)
    assert {"epoch-0002"} == _epochs(world)

    master_keys.add_epoch(world.directory)
    assert {"epoch-0002", "epoch-0003"} == run(timedelta(days=9))
    assert {"epoch-0003"} == _epochs(world)
    assert {"epoch-0003"} == run(timedelta(days=11))
    assert [WORK_ENDED] == world.held(ALICE)


def test_two_rotations_at_once_follow_each_other(world: RepliesWorld) -> None:
    for tenant_id in range(1, 6):
        world.reply(tenant_id, WORK_ENDED)
    now = datetime.now(UTC)

    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(
                rotation.rotate_master_key, world.database, world.keys, window=WINDOW, now=now
            )
            for _ in range(2)
        ]
        assert [True, True] == [each.result().begun for each in both]

    assert {"epoch-0003"} == _epochs(world)
    assert [[WORK_ENDED]] * 5 == [world.held(tenant_id) for tenant_id in range(1, 6)]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("by_alias", [False, True])
def test_the_vault_moves_from_one_kms_key_to_another(
    world: RepliesWorld, monkeypatch: pytest.MonkeyPatch, *, by_alias: bool
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = aws.kms()
        old, new = (client.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
        client.create_alias(AliasName="alias/vault", TargetKeyId=old)
        _reply_under(world, KmsKeys(client, "alias/vault" if by_alias else old))
        assert {old} == _epochs(world)
        client.update_alias(AliasName="alias/vault", TargetKeyId=new)

        keys = KmsKeys(client, "alias/vault" if by_alias else new)
        rotation.rotate_if_due(
            world.database, keys, every=MONTHLY, window=WINDOW, now=datetime.now(UTC)
        )
        client.schedule_key_deletion(KeyId=old, PendingWindowInDays=7)

        assert {new} == _epochs(world)
        assert datetime.now(UTC) - keys.made_at < timedelta(hours=1)
        with world.database.reading() as session:
            assert WORK_ENDED == Vault(keys).open(session, session.scalars(select(Reply)).one())


def _reply_under(world: RepliesWorld, keys: KmsKeys) -> None:
    pinned = pin(QUESTIONS)
    with world.database.writing() as session:
        reply = Reply(tenant_id=ALICE, month=MONTH, questions=pinned_text(pinned), replied_on=TODAY)
        reply.sealed = Vault(keys).seal(session, reply, WORK_ENDED)
        session.add(reply)
