"""Record erasures outside the database, so that a restored backup cannot bring a tenant back.

Each tick records the erasures since the last one. If a restored database has lost some, the
platform side stops until an operator repeats them (`checkin tenants adopt`). A line holds the
number and the time of the entry in the rights log and a keyed digest of the tenant's reference; it
is deleted once no backup is that old. Keep the file on another disk than the database and never
restore the two together.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit import anchors, bulk
from kit.anchors import Anchor, Held
from kit.database import Database
from kit.errors import Refused
from kit.log import get_logger
from tenants.models import RightsEntry, Tenant
from tenants.rights import evidence, references, rights
from tenants.rights.evidence import RightsAction

RESTORED = "restored backup"
LOOKED_AT_ONCE = 10_000

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ErasureLine:
    """An entry in the rights log and its time (ISO 8601).

    `reference` is the keyed digest of an erased tenant's reference. The line without one marks how
    far the log was read.
    """

    entry: int
    done_at: str
    reference: str = ""


class CameBack(Refused):
    """Erased tenants are on the roster again, because the database was restored from a backup."""


def record_new(
    platform: Database, anchor: Anchor, *, keys: Sequence[bytes], keep: timedelta, now: datetime
) -> None:
    """Record the new erasures. `keep` is how long a line is kept: as long as the oldest backup.

    `keys` are the link keys: the newest makes the digests, and all of them are tried.

    Raises:
        CameBack: the database has lost recorded erasures; nothing may run until `adopt`.
        Refused: the anchor cannot be read or written, or is missing although rights were used.
    """
    _refuse_lost(platform, anchor)

    def noted(text: str) -> str:
        with platform.reading() as session:
            known, forgotten, after = _compare(session, _read(text))
            if back := _on_the_roster(session, forgotten, keys):
                raise CameBack(
                    f"{len(back)} tenants who were erased are back from a backup; "
                    "run `checkin tenants adopt`."
                )
            return _written(_lines_to_keep(session, keys, known, after, now - keep))

    anchors.update(anchor, noted)


def adopt(
    platform: Database, anchor: Anchor, *, keys: Sequence[bytes], keep: timedelta, now: datetime
) -> int:
    """Repeat the erasures that a restored database has lost; returns how many.

    Raises:
        Refused: the anchor cannot be read or written, or is missing although rights were used.
    """
    _refuse_lost(platform, anchor)
    with platform.writing() as session:
        _, forgotten, _ = _compare(session, _read(anchor.read().text))
        back = _on_the_roster(session, forgotten, keys)
        for tenant_id in back:
            if (tenant := rights.by_id(session, tenant_id)) is not None:
                rights.erase(session, tenant, now=now, source=RESTORED)
    record_new(platform, anchor, keys=keys, keep=keep, now=now)
    log.info("a restored database: tenants are erased again", count=len(back))
    return len(back)


def begin_anew(anchor: Anchor) -> None:
    """Create an empty anchor to replace one that was lost.

    Raises:
        AnchorMoved: an anchor exists.
    """
    anchor.write("", over=Held())


def _refuse_lost(platform: Database, anchor: Anchor) -> None:
    """Create the anchor if no right was used yet; otherwise refuse a missing one."""
    if anchor.read().version is not None:
        return
    with platform.reading() as session:
        if session.scalar(select(RightsEntry.id).limit(1)) is not None:
            raise Refused(
                f"{anchor}, which remembers who was erased, is missing beside a database that is "
                "in use. Put it back, or name its place; if it was lost for good, run `checkin "
                "tenants adopt --new-anchor`."
            )
    begin_anew(anchor)


def _read(text: str) -> list[ErasureLine]:
    return [ErasureLine(**json.loads(line)) for line in text.splitlines()]


def _written(lines: Sequence[ErasureLine]) -> str:
    return "".join(json.dumps(asdict(line)) + "\n" for line in lines)


def _lines_to_keep(
    session: Session,
    keys: Sequence[bytes],
    known: Sequence[ErasureLine],
    after: int,
    oldest: datetime,
) -> list[ErasureLine]:
    noted = {line.entry for line in known}
    new = [line for line in _since(session, after, keys) if line.entry not in noted]
    recent = [line for line in (*known, *new) if line.done_at >= oldest.isoformat()]
    return recent + _newest(session)


def _compare(
    session: Session, lines: Sequence[ErasureLine]
) -> tuple[list[ErasureLine], list[ErasureLine], int]:
    """Return the erasures in the database, those it lost, and where to continue in the log.

    Entries are numbered in order, so a log that has the last one read has all before it.
    """
    erasures = [line for line in lines if line.reference]
    read_to = [line for line in lines if not line.reference]
    if read_to and _entries_of(session, read_to):
        return erasures, [], read_to[0].entry
    there = _entries_of(session, erasures)
    forgotten = [line for line in erasures if line.entry not in there]
    return [line for line in erasures if line.entry in there], forgotten, 0


def _entries_of(session: Session, lines: Sequence[ErasureLine]) -> set[int]:
    """Return those of these entries that the database has, with the same time."""
    moments = {line.entry: line.done_at for line in lines}
    entries = session.execute(
        select(RightsEntry.id, RightsEntry.done_at).where(
            bulk.any_of(session, RightsEntry.id, list(moments))
        )
    )
    return {id_ for id_, done_at in entries if moments[id_] == done_at.isoformat()}


def _newest(session: Session) -> list[ErasureLine]:
    newest = select(RightsEntry).order_by(RightsEntry.id.desc()).limit(1)
    return [ErasureLine(row.id, row.done_at.isoformat()) for row in session.scalars(newest)]


def _on_the_roster(
    session: Session, forgotten: Sequence[ErasureLine], keys: Sequence[bytes]
) -> list[int]:
    """Return which of them are on the roster; it is scanned, because only digests are stored."""
    wanted, found, after = {line.reference for line in forgotten}, list[int](), 0
    while wanted:
        page = select(Tenant.id, Tenant.tenant_ref).where(Tenant.id > after).order_by(Tenant.id)
        rows = session.execute(page.limit(LOOKED_AT_ONCE)).all()
        if not rows:
            break
        found += [
            id_
            for id_, reference in rows
            if any(references.digest_of(key, reference) in wanted for key in keys)
        ]
        after = rows[-1].id
    return found


def _since(session: Session, entry: int, keys: Sequence[bytes]) -> list[ErasureLine]:
    erased = select(RightsEntry).where(
        RightsEntry.id > entry, RightsEntry.action == RightsAction.ERASED
    )
    return [
        ErasureLine(row.id, row.done_at.isoformat(), references.digest_of(keys[-1], reference))
        for row in session.scalars(erased.order_by(RightsEntry.id))
        if (reference := evidence.reference_of(row, keys)) is not None
    ]
