"""A month's release at a million replies: its time beside bare decryption, and its memory.

The bare work is what no tally can save: unwrap each tenant's data key and decrypt each reply, with
everything fetched and prepared beforehand. The release does that and reads, counts, draws and
keeps as well. Each job runs in a process of its own, so that its peak memory is its own.
"""

import json
import logging
import subprocess
import sys
import tempfile
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from functools import partial
from operator import truediv
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select

from bench.memory import peak_mb
from bench.replies import BATCH, MONTH, NOW, bound_to, context_of, fill
from bench.rows import Measurement
from kit import log
from kit.database import Database, PlatformBase
from replies.models import DataKey, Reply
from replies.vault.counting import opener
from replies.vault.master_keys import NONCE_BYTES
from reports.anchor import ReleaseAnchor
from reports.freeze import Desk, freeze_due
from reports.models import Charge, Release

LARGE, SMALL = 1_000_000, 10_000
RATIO_MAX, MEMORY_MAX_MB, FLAT = 4.0, 300, 1.25
TURNS = 3


def measure(scale: float = 1.0) -> list[Measurement]:
    """One release of a million replies, and one of ten thousand to see that memory stays flat."""
    count = round(LARGE * scale)
    small, large = _measured(SMALL), _measured(count)
    ratio = large["ratio"]
    return [
        Measurement(
            name=f"release of {count:,} replies ÷ bare AES-GCM decryption",
            value=f"{ratio:.2f} times",
            target=f"at most {RATIO_MAX:g}",
            met=ratio <= RATIO_MAX,
            note=f"{large['release']:.1f} s beside {large['bare']:.1f} s",
        ),
        Measurement(
            name=f"memory: release of {count:,} replies",
            value=f"{large['peak_mb']:.0f} MB",
            target=f"≤ {MEMORY_MAX_MB} MB, flat",
            met=large["peak_mb"] <= min(MEMORY_MAX_MB, small["peak_mb"] * FLAT),
            note=f"{small['peak_mb']:.0f} MB at {SMALL:,} replies",
        ),
    ]


def _measured(count: int) -> dict[str, float]:
    """Medians over some turns, each the bare work and then the release."""
    with tempfile.TemporaryDirectory() as folder:
        _in_a_process("fill", folder, count)
        turns = [
            {job: _in_a_process(job, folder, count) for job in ("bare", "release")}
            for _ in range(TURNS)
        ]
    bare = [turn["bare"]["seconds"] for turn in turns]
    release = [turn["release"]["seconds"] for turn in turns]
    return {
        "bare": median(bare),
        "release": median(release),
        "ratio": median(map(truediv, release, bare)),
        "peak_mb": max(turn["release"]["peak_mb"] for turn in turns),
    }


def _in_a_process(job: str, folder: str, count: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.reports", job, folder, str(count)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _fill(folder: Path, count: int) -> None:
    platform = _platform(folder)
    PlatformBase.metadata.create_all(platform.engine)
    fill(platform, folder / "vault", count)


def _bare(folder: Path, _count: int) -> dict[str, float]:
    """CPU seconds of unwrapping and decrypting; what is fetched and prepared is not counted."""
    epoch = urlsafe_b64decode(next((folder / "vault").glob("epoch-*")).read_bytes())
    master, seconds = AESGCM(epoch), 0.0
    for page in _pages(_platform(folder)):
        started = time.process_time()
        for wrapped, context, sealed, bound in page:
            key = master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context)
            AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
        seconds += time.process_time() - started
    return {"seconds": seconds}


def _pages(platform: Database) -> Iterator[list[tuple[bytes, bytes, bytes, bytes]]]:
    query = select(Reply.tenant_id, Reply.questions, Reply.sealed, DataKey.wrapped)
    query = query.join(DataKey, DataKey.tenant_id == Reply.tenant_id)
    with platform.engine.connect() as connection:
        found = connection.execution_options(yield_per=BATCH).execute(query)
        for rows in found.partitions():
            yield [
                (row.wrapped, context_of(row.tenant_id), row.sealed, bound_to(*row[:2]))
                for row in rows
            ]


def _release(folder: Path, _count: int) -> dict[str, float]:
    platform, anchor = _platform(folder), ReleaseAnchor.at(folder / "anchor")
    _forget(platform, folder / "anchor")
    desk = Desk(
        platform=platform,
        opener=partial(opener, str(folder / "vault")),
        anchor=anchor,
    )
    started = time.process_time()
    assert freeze_due(desk, now=NOW) == [MONTH]
    return {"seconds": time.process_time() - started, "peak_mb": peak_mb()}


def _forget(platform: Database, anchor: Path) -> None:
    """Let the month be drawn once more, as no release ever may."""
    anchor.unlink(missing_ok=True)
    with platform.writing() as session:
        session.execute(delete(Release))
        session.execute(delete(Charge))


def _platform(folder: Path) -> Database:
    return Database(f"sqlite:///{folder / 'platform.db'}")


JOBS = {"fill": _fill, "bare": _bare, "release": _release}

if __name__ == "__main__":
    log.configure(level=logging.WARNING)
    print(json.dumps(JOBS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3])) or {}))
