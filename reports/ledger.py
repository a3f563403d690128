"""The privacy ledger: each month's charge, in a hash chain that the anchor secures.

opendp's odometer cannot be saved, so spending is recorded here. A charge is written to the anchor
and committed before anything is drawn: whatever happens afterwards, the month is spent.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit import bulk
from kit.errors import Refused
from kit.months import named
from reports.anchor import Entry, ReleaseAnchor
from reports.models import Charge, Release, ReleaseState
from reports.spec import Spec, json_digest

GENESIS = "0" * 64
UNKNOWN_PLAN = "0" * 64
"""The plan hash of a month recovered from published figures or from another anchor."""
YEAR = timedelta(days=365)


def charge(
    session: Session,
    anchor: ReleaseAnchor,
    *,
    month: str,
    spec: Spec,
    plan_hash: str,
    now: datetime,
    early_because: str | None = None,
) -> None:
    """Charge a month its ε, once and for all; commit before drawing.

    Raises:
        Refused: the month was charged before, the year is full, the spec was edited, or the ledger
            does not verify. Nothing was charged then.
    """
    bulk.lock(session, "release ledger")
    rows = refuse_unless_free(session, anchor, month=month, spec=spec, now=now)
    row = _charge(rows, month, spec, plan_hash, now)
    session.add(row)
    session.add(
        Release(
            month=month,
            state=ReleaseState.DRAWING,
            decided_at=row.charged_at,
            early_because=early_because,
        )
    )
    session.flush()
    anchor.add(_content(row) | {"hash": row.hash})


def refuse_unless_free(
    session: Session, anchor: ReleaseAnchor, *, month: str, spec: Spec, now: datetime
) -> list[Charge]:
    """Return the ledger if a month may be charged now; otherwise raise what `charge` raises."""
    rows = verified(session, anchor)
    _refuse_spent(rows, month)
    _refuse_edited_spec(rows, spec)
    _refuse_full_year(rows, spec, now)
    return rows


def verified(session: Session, anchor: ReleaseAnchor) -> list[Charge]:
    """Check the chain and the anchor, and return the ledger, oldest first.

    Raises:
        Refused: a row was altered, removed or added, or the anchor is another ledger's.
    """
    rows = list(session.scalars(select(Charge).order_by(Charge.number)))
    entries = anchor.entries()
    _refuse_broken_chain(rows)
    if [row.hash for row in rows] != [entry.get("hash") for entry in entries]:
        raise Refused(
            f"The release ledger has {len(rows)} charges and its anchor {len(entries)}, and they "
            "do not agree; nothing is drawn. If the database was restored from a backup, run "
            "`checkin reports adopt`. If the anchor was lost, or is another ledger's, run "
            "`checkin reports reanchor`. If neither is so, find out who changed which."
        )
    return rows


def adopt(session: Session, anchor: ReleaseAnchor) -> list[str]:
    """Recover from the anchor the charges that a restored database lost; returns their months.

    They are spent: what was published stays, and they are never drawn again.

    Raises:
        Refused: the ledger is not an earlier state of what the anchor holds.
    """
    bulk.lock(session, "release ledger")
    rows = list(session.scalars(select(Charge).order_by(Charge.number)))
    entries = anchor.entries()
    _refuse_broken_chain(rows)
    if [row.hash for row in rows] != [entry.get("hash") for entry in entries[: len(rows)]]:
        raise Refused(
            "The ledger is not an older copy of what its anchor holds, so nothing was adopted. If "
            "the anchor was lost, or is another ledger's, run `checkin reports reanchor`."
        )
    forgotten = [_row(entry) for entry in entries[len(rows) :]]
    _refuse_broken_chain([*rows, *forgotten])
    for row in forgotten:
        _add_spent(session, row)
    session.flush()
    return [row.month for row in forgotten]


def reanchor(
    session: Session,
    anchor: ReleaseAnchor,
    *,
    published: Collection[str],
    spec: Spec,
    now: datetime,
) -> list[str]:
    """Make a new anchor from the ledger, after one was lost or belongs to another ledger.

    Every month in the old anchor or in `published` counts as spent, so that none is drawn twice;
    returns those that the ledger lacked. The old anchor's text is saved beside it.

    Raises:
        Refused: the ledger itself was altered; or the anchor cannot be written.
    """
    bulk.lock(session, "release ledger")
    rows = list(session.scalars(select(Charge).order_by(Charge.number)))
    _refuse_broken_chain(rows)
    named = {str(entry["month"]) for entry in anchor.readable() if "month" in entry}
    unknown = sorted((named | set(published)) - {row.month for row in rows})
    for month in unknown:
        rows.append(_charge(rows, month, spec, UNKNOWN_PLAN, now))
        _add_spent(session, rows[-1])
    session.flush()
    anchor.replace(_content(row) | {"hash": row.hash} for row in rows)
    return unknown


def _charge(
    rows: Sequence[Charge], month: str, spec: Spec, plan_hash: str, now: datetime
) -> Charge:
    """Return the next row of the ledger."""
    row = Charge(
        number=len(rows) + 1,
        month=month,
        epsilon=spec.epsilon,
        spec_version=spec.version,
        spec_hash=spec.hash,
        plan_hash=plan_hash,
        charged_at=now.replace(microsecond=0),
        previous=rows[-1].hash if rows else GENESIS,
    )
    row.hash = json_digest(_content(row))
    return row


def _add_spent(session: Session, row: Charge) -> None:
    """Add a charge for a spent month; the month's existing release stays."""
    session.add(row)
    if session.get(Release, row.month) is None:
        session.add(Release(month=row.month, state=ReleaseState.LOST, decided_at=row.charged_at))


def _refuse_spent(rows: Sequence[Charge], month: str) -> None:
    if any(row.month == month for row in rows):
        raise Refused(f"{named(month)} was drawn already, and a month is drawn once only.")


def _refuse_edited_spec(rows: Sequence[Charge], spec: Spec) -> None:
    if any(row.spec_version == spec.version and row.spec_hash != spec.hash for row in rows):
        raise Refused(
            f"Version {spec.version} of the spec was edited after months were drawn under it; "
            "put it back, or give the new one a version of its own. Nothing was drawn."
        )


def _refuse_full_year(rows: Sequence[Charge], spec: Spec, now: datetime) -> None:
    """Refuse more than `charges_a_year` in any 365 days; setting the clock back frees nothing."""
    present = max([now, *(row.charged_at for row in rows)])
    recent = [row for row in rows if row.charged_at > present - YEAR]
    if len(recent) >= spec.charges_a_year:
        again = min(row.charged_at for row in recent) + YEAR
        raise Refused(
            f"{len(recent)} releases were drawn within a year, which is the limit; "
            f"the next one may be drawn on {again:%Y-%m-%d}."
        )


def _refuse_broken_chain(rows: Sequence[Charge]) -> None:
    previous = GENESIS
    for number, row in enumerate(rows, start=1):
        if (row.number, row.previous, row.hash) != (number, previous, json_digest(_content(row))):
            raise Refused(
                f"Row {number} of the release ledger was altered; nothing is drawn until the "
                "ledger is restored."
            )
        previous = row.hash


def _content(row: Charge) -> dict[str, object]:
    return {
        "number": row.number,
        "month": row.month,
        "epsilon": row.epsilon,
        "spec_version": row.spec_version,
        "spec_hash": row.spec_hash,
        "plan_hash": row.plan_hash,
        "charged_at": row.charged_at.astimezone(UTC).isoformat(),
        "previous": row.previous,
    }


def _row(entry: Entry) -> Charge:
    try:
        charged_at = datetime.fromisoformat(entry["charged_at"])
        return Charge(**{**entry, "charged_at": charged_at})
    except (KeyError, TypeError, ValueError):
        raise Refused("The release anchor holds something that is not a charge.") from None
