"""No master key is lost: many rotations at once, a process killed at each step, a power cut."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from replies.vault import master_keys
from replies.vault.master_keys import KeyUnavailable, LocalRing, Wrapped
from tests.chaos.processes import ROOT

DATA_KEY = bytes(range(32))
CONTEXT = {"purpose": "replies", "tenant": "1"}
ROTATIONS, AT_ONCE = 1000, 8
STEPS = ("link", "unlink", "fsync", "fchmod", "rename", "open", "write")
KILLED = 9
DYING = """
import io, os, pathlib, sys
from pathlib import Path
from replies.vault import master_keys

left = int(sys.argv[2])

def counted(real):
    def call(*args, **kwargs):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return real(*args, **kwargs)
    return call

for name in sys.argv[4].split():
    setattr(os, name, counted(getattr(os, name)))
if sys.argv[3] == "add":
    master_keys.add_epoch(Path(sys.argv[1]))
else:
    master_keys.destroy(Path(sys.argv[1]), "epoch-0001")
"""


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    master_keys.create(tmp_path / "vault")
    return tmp_path / "vault"


def test_a_thousand_rotations_at_once_lose_no_key(vault: Path) -> None:
    ring = LocalRing(vault)

    def rotate(_number: int) -> tuple[str, Wrapped]:
        return master_keys.add_epoch(vault), ring.wrap(DATA_KEY, CONTEXT)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(rotate, range(ROTATIONS)))

    assert ROTATIONS == len({epoch for epoch, _ in done})
    assert all(DATA_KEY == ring.unwrap(wrapped, CONTEXT) for _, wrapped in done)
    assert not ring.broken()


def test_two_processes_that_rotate_at_once_make_a_key_each(vault: Path) -> None:
    running = [_dying(vault, 10_000, "add") for _ in range(4)]

    assert [0] * 4 == [process.wait() for process in running]
    assert [f"epoch-{number:04d}" for number in range(1, 6)] == _keys(vault)


def test_a_rotation_that_is_killed_at_any_step_loses_no_key(tmp_path: Path) -> None:
    calls, ended = 0, KILLED
    while ended == KILLED:
        vault = tmp_path / str(calls)
        master_keys.create(vault)
        ring = LocalRing(vault)
        ended = _dying(vault, calls, "add").wait()
        calls += 1

        before = ring.wrap(DATA_KEY, CONTEXT)
        master_keys.add_epoch(vault)
        assert DATA_KEY == ring.unwrap(before, CONTEXT)
        assert not ring.broken()
        assert not master_keys.is_interrupted(vault)

    assert 0 == ended
    assert calls > 8


def test_a_destruction_that_is_killed_at_any_step_is_finished(tmp_path: Path) -> None:
    calls, ended = 0, KILLED
    while ended == KILLED:
        vault = tmp_path / str(calls)
        master_keys.create(vault)
        secret = (vault / "epoch-0001").read_bytes()
        master_keys.add_epoch(vault)
        ended = _dying(vault, calls, "destroy").wait()
        calls += 1

        assert "epoch-0002" == LocalRing(vault).current
        assert not LocalRing(vault).broken()
        master_keys.finish(vault)
        if "epoch-0001" in _keys(vault):
            master_keys.destroy(vault, "epoch-0001")
        assert not [file for file in vault.iterdir() if file.read_bytes() == secret]

    assert 0 == ended
    assert calls > 4


def test_a_name_that_a_power_cut_took_is_given_again(vault: Path) -> None:
    """The name was seen, and something wrapped, before the folder had it on the disk."""
    master_keys.add_epoch(vault)
    wrapped = LocalRing(vault).wrap(DATA_KEY, CONTEXT)
    (vault / "epoch-0002").rename(vault / ".epoch-0002.new")

    assert DATA_KEY == LocalRing(vault).unwrap(wrapped, CONTEXT)
    assert "epoch-0001" == LocalRing(vault).current
    assert "epoch-0002" == master_keys.add_epoch(vault)
    assert DATA_KEY == LocalRing(vault).unwrap(wrapped, CONTEXT)


@pytest.mark.parametrize("content", [b"", b"AAAA", b"nonsense!"])
def test_an_older_key_goes_on_where_the_newest_file_is_empty_or_cut(
    vault: Path, content: bytes
) -> None:
    (vault / "epoch-0002").write_bytes(content)
    (vault / "epoch-0002").chmod(0o400)
    os.utime(vault / "epoch-0001", (0, 0))

    assert "epoch-0001" == LocalRing(vault).wrap(DATA_KEY, CONTEXT).master_key
    assert ["epoch-0002"] == LocalRing(vault).broken()
    assert [] == master_keys.replaced_before(vault, datetime.now(UTC) + timedelta(days=99))
    with pytest.raises(KeyUnavailable, match="not an older master key"):
        master_keys.destroy(vault, "epoch-0001")
    assert "epoch-0003" == master_keys.add_epoch(vault)
    assert "epoch-0003" == LocalRing(vault).current


def test_a_key_is_flushed_and_read_back_before_it_has_its_name(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    for owner, name in ((os, "fsync"), (os, "link"), (Path, "read_bytes")):
        monkeypatch.setattr(owner, name, _noted(done, name, getattr(owner, name)))

    master_keys.add_epoch(vault)

    assert ["fsync", "read_bytes", "fsync", "link", "fsync"] == done


def _noted(done: list[str], name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: object) -> object:
        done.append(name)
        return real(*args)

    return call


def _dying(vault: Path, calls: int, what: str) -> subprocess.Popen[bytes]:
    """A process that adds or destroys a key, and is killed after so many calls of the system."""
    command = [sys.executable, "-c", DYING, str(vault), str(calls), what, " ".join(STEPS)]
    return subprocess.Popen(command, cwd=ROOT)


def _keys(vault: Path) -> list[str]:
    return sorted(file.name for file in vault.glob("epoch-*"))
