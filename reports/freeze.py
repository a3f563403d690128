"""Freeze a month: count, charge, draw and store, exactly once.

A crash after the charge and before the values are stored loses the month, which is then published
as lost: a second draw would average the noise away.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kit import bulk
from kit.clock import london_day, utc_now
from kit.database import Database
from kit.errors import Refused
from kit.log import get_logger
from kit.months import named
from replies.models import Round
from replies.vault.counting import Open
from reports import document, gates, ledger, protect, tally
from reports.anchor import ReleaseAnchor
from reports.cube import Noisy
from reports.document import Document
from reports.gates import AlreadySettled, TooSmall
from reports.lock import Busy, only_one
from reports.models import Release, ReleaseState
from reports.spec import SPEC, Spec, canonical

SETTLE_DAYS = 3
"""Days between a month's last reply and its release: time for objections and corrections."""
DRAWN_WITHIN = timedelta(hours=1)
"""A draw takes seconds. One that stored nothing this long after its charge has crashed."""
AGAIN = timedelta(hours=1)
WITHDRAWABLE = (ReleaseState.FROZEN, ReleaseState.LOST)
FORGOTTEN = "{}"
"""The document of a withdrawn month whose figures this database does not have."""

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What freezing needs."""

    platform: Database
    opener: Callable[[str, str], Open]
    """Makes a function that decrypts replies, given a month and its question set."""
    anchor: ReleaseAnchor
    published: Callable[[], Collection[str]] = tuple
    """Reads which months the campaign side holds, whatever a restored platform database says."""
    spec: Spec = SPEC
    refused: dict[str, datetime] = field(default_factory=dict)
    """When each month was last refused; the tick tries it again after `AGAIN`."""


def freeze(desk: Desk, month: str, *, now: datetime, early_because: str | None = None) -> None:
    """Draw and store the release of a month, on an operator's command.

    Raises:
        BadInput: that is not a month.
        NotFound: no round was opened for it.
        Refused: it is open, drawn or too small, its questions or spec changed, the ledger does not
            verify, or another process is drawing. Nothing was charged and nothing drawn.
    """
    gates.refuse_no_month(month)
    with desk.platform.reading() as session:
        opened = gates.round_of(session, month)
        if early_because is None:
            gates.refuse_open(opened, now)
    _freeze(desk, opened, now=now, early_because=early_because)


def freeze_due(desk: Desk, *, now: datetime) -> list[str]:
    """Freeze every month that is due; returns them. A refused month is logged and tried again
    later.

    A month that another process is drawing, or has just drawn, is skipped silently.
    """
    _declare_lost(desk, now=now)
    with desk.platform.reading() as session:
        due = _due(session, now=now)
    return [opened.month for opened in due if _freeze_if_possible(desk, opened, now=now)]


def withdraw(session: Session, month: str, *, because: str) -> None:
    """Withdraw a wrong release, or settle that a month has none. The month is never drawn again.

    A month whose release this database has lost can be withdrawn too: readers may still have it.

    Raises:
        NotFound: the month has neither a release nor a round.
        Refused: no reason was given, or there is nothing to withdraw.
    """
    if not because.strip():
        raise Refused("Say why the release is withdrawn: readers are shown the reason.")
    release = session.get(Release, month, with_for_update=True)
    if release is None:
        gates.round_of(session, month)
        release = Release(month=month, state=ReleaseState.LOST, decided_at=utc_now())
        session.add(release)
    if release.state not in WITHDRAWABLE:
        raise Refused(f"{named(month)} is {release.state}; there is nothing to withdraw.")
    if release.state == ReleaseState.LOST:
        release.document, release.noisy = FORGOTTEN, []
    release.state, release.withdrawn_because = ReleaseState.WITHDRAWN, because.strip()


def _freeze_if_possible(desk: Desk, opened: Round, *, now: datetime) -> bool:
    if opened.month in desk.refused and now < desk.refused[opened.month] + AGAIN:
        return False
    try:
        _freeze(desk, opened, now=now)
    except (Busy, AlreadySettled):
        return False
    except TooSmall:
        _settle_too_small(desk, opened.month, now=now)
    except Refused as refusal:
        desk.refused[opened.month] = now
        log.warning("month not frozen", month=opened.month, because=str(refusal))
        return False
    return True


def _settle_too_small(desk: Desk, month: str, *, now: datetime) -> None:
    """Settle that a month has no figures; a closed month cannot grow again."""
    with desk.platform.writing() as session:
        session.add(Release(month=month, state=ReleaseState.TOO_SMALL, decided_at=now))


def _freeze(desk: Desk, opened: Round, *, now: datetime, early_because: str | None = None) -> None:
    with only_one(desk.platform):
        _draw(desk, opened, now=now, early_because=early_because)
    log.info("month frozen", month=opened.month)


def _draw(desk: Desk, opened: Round, *, now: datetime, early_because: str | None) -> None:
    gates.refuse_published(desk.published(), opened.month)
    with _snapshot(desk.platform) as session:
        gates.refuse_done(session, opened.month)
        tally.refuse_mixed_questions(session, opened)
        plan = tally.plan(session, opened, desk.spec)
        gates.refuse_small(plan, desk.spec)
        ledger.refuse_unless_free(session, desk.anchor, month=plan.month, spec=desk.spec, now=now)
        open_reply = desk.opener(plan.month, tally.question_set(opened))
        counts = tally.tally(session, open_reply, plan)
    with desk.platform.writing() as session:
        ledger.charge(
            session,
            desk.anchor,
            month=plan.month,
            spec=desk.spec,
            plan_hash=document.plan_hash(plan, desk.spec),
            now=now,
            early_because=early_because,
        )
    noisy = protect.draw(counts, plan, desk.spec)
    with desk.platform.writing() as session:
        published = document.document(
            noisy,
            plan,
            desk.spec,
            released_on=london_day(now),
            early=early_because is not None,
            earlier=_released(session),
        )
        _keep(session, plan.month, noisy, published)


@contextmanager
def _snapshot(platform: Database) -> Iterator[Session]:
    """Open a session that reads one snapshot, so that no reply is counted twice or in part."""
    with platform.reading() as session:
        if platform.is_postgresql:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


def _released(session: Session) -> list[Document]:
    """Return the documents of all published releases that can be pooled."""
    kept = session.scalars(select(Release.document).where(Release.state == ReleaseState.FROZEN))
    return [json.loads(each) for each in kept if each is not None]


def _keep(session: Session, month: str, noisy: Sequence[Noisy], published: Document) -> None:
    kept = bulk.changed(
        session,
        update(Release)
        .where(Release.month == month, Release.state == ReleaseState.DRAWING)
        .values(
            state=ReleaseState.FROZEN,
            noisy=[each.as_json() for each in noisy],
            document=canonical(published),
        ),
    )
    if kept != 1:
        raise Refused(f"The draw of {named(month)} took too long and was declared lost.")


def _declare_lost(desk: Desk, *, now: datetime) -> None:
    died = (Release.state == ReleaseState.DRAWING, Release.decided_at < now - DRAWN_WITHIN)
    with desk.platform.reading() as session:
        if session.scalar(select(Release.month).where(*died).limit(1)) is None:
            return
    with desk.platform.writing() as session:
        lost = session.scalars(
            update(Release).where(*died).values(state=ReleaseState.LOST).returning(Release.month)
        ).all()
    for month in lost:
        log.error("month lost: charged, but its draw was not kept", month=month)


def _due(session: Session, *, now: datetime) -> list[Round]:
    last = london_day(now) - timedelta(days=SETTLE_DAYS)
    return list(
        session.scalars(
            select(Round)
            .where(Round.closes_on < last, Round.month.not_in(select(Release.month)))
            .order_by(Round.month)
        )
    )
