"""Both kinds of master keys keep the same promises."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from kit import aws
from replies.vault import master_keys
from replies.vault.kms import KmsKeys
from replies.vault.master_keys import KeyUnavailable, LocalRing, MasterKeys, Wrapped

DATA_KEY = bytes(range(32))
CONTEXT = {"purpose": "replies", "tenant": "1"}


@pytest.fixture(params=["directory", "KMS"])
def keys(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MasterKeys]:
    if request.param == "directory":
        master_keys.create(tmp_path / "vault")
        yield LocalRing(tmp_path / "vault")
        return
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = aws.kms()
        yield KmsKeys(client, client.create_key()["KeyMetadata"]["KeyId"])


def test_a_wrapped_key_comes_back(keys: MasterKeys) -> None:
    wrapped = keys.wrap(DATA_KEY, CONTEXT)
    assert wrapped.master_key == keys.current
    assert DATA_KEY not in wrapped.sealed
    assert keys.unwrap(wrapped, CONTEXT) == DATA_KEY


def test_an_id_fits_its_column(keys: MasterKeys) -> None:
    assert 0 < len(keys.current) <= 64


def test_another_context_opens_nothing(keys: MasterKeys) -> None:
    wrapped = keys.wrap(DATA_KEY, CONTEXT)
    with pytest.raises(KeyUnavailable):
        keys.unwrap(wrapped, {**CONTEXT, "tenant": "2"})


def test_an_altered_wrapping_opens_nothing(keys: MasterKeys) -> None:
    wrapped = keys.wrap(DATA_KEY, CONTEXT)
    altered = Wrapped(wrapped.master_key, wrapped.sealed[:-1] + bytes([wrapped.sealed[-1] ^ 1]))
    with pytest.raises(KeyUnavailable):
        keys.unwrap(altered, CONTEXT)


def test_a_key_that_is_gone_opens_nothing(keys: MasterKeys) -> None:
    wrapped = keys.wrap(DATA_KEY, CONTEXT)
    with pytest.raises(KeyUnavailable):
        keys.unwrap(Wrapped("epoch-0099", wrapped.sealed), CONTEXT)


def test_a_ring_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    assert master_keys.create(tmp_path / "keys" / "vault")
    assert not master_keys.create(tmp_path / "keys" / "vault")
    files = list((tmp_path / "keys" / "vault").glob("[!.]*"))
    assert [(file.name, file.stat().st_mode & 0o777) for file in files] == [("epoch-0001", 0o400)]


def test_a_new_epoch_wraps_at_once_and_the_old_one_still_opens(tmp_path: Path) -> None:
    master_keys.create(tmp_path)
    ring = LocalRing(tmp_path)
    before = ring.wrap(DATA_KEY, CONTEXT)
    assert master_keys.add_epoch(tmp_path) == "epoch-0002"
    assert ring.wrap(DATA_KEY, CONTEXT).master_key == "epoch-0002"
    assert ring.unwrap(before, CONTEXT) == DATA_KEY


def test_an_empty_directory_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable, match="run `checkin init`"):
        LocalRing(tmp_path / "nothing").wrap(DATA_KEY, CONTEXT)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    master_keys.create(tmp_path)
    (tmp_path / "epoch-0001").chmod(0o444)
    with pytest.raises(KeyUnavailable, match="run `chmod 400"):
        LocalRing(tmp_path).wrap(DATA_KEY, CONTEXT)


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    master_keys.create(tmp_path)
    (tmp_path / "epoch-0001").chmod(0o600)
    (tmp_path / "epoch-0001").write_text("nonsense")
    with pytest.raises(KeyUnavailable, match="epoch-0001 is not a master key"):
        LocalRing(tmp_path).wrap(DATA_KEY, CONTEXT)


def test_no_name_leads_out_of_the_directory(tmp_path: Path) -> None:
    master_keys.create(tmp_path / "vault")
    with pytest.raises(KeyUnavailable):
        LocalRing(tmp_path / "vault").unwrap(Wrapped("../links", b"x" * 60), CONTEXT)
