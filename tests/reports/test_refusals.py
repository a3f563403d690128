"""What is wrong with a month is said in a sentence; nothing is drawn, nothing charged."""

import pytest
from sqlalchemy import select, update

from kit.errors import BadInput, NotFound, Refused
from replies.models import Reply
from reports.freeze import freeze, freeze_due, withdraw
from reports.models import Charge, ReleaseState
from tests.support.reports import (
    CLOSED,
    DUE,
    MONTH,
    NORTH,
    OPEN,
    ReportsWorld,
    small_month,
)


def _nothing_happened(world: ReportsWorld) -> bool:
    with world.platform.reading() as session:
        charges = session.scalars(select(Charge)).all()
    return not charges and world.release() is None and not world.anchor.entries()


def test_a_month_that_is_still_open_is_refused(world: ReportsWorld) -> None:
    small_month(world)

    with pytest.raises(Refused, match="takes replies until 29 December 2026"):
        freeze(world.desk(), MONTH, now=OPEN)

    assert _nothing_happened(world)


def test_an_unknown_month_and_no_month_are_refused(world: ReportsWorld) -> None:
    with pytest.raises(NotFound, match="No round was opened"):
        freeze(world.desk(), "2031-01", now=DUE)
    with pytest.raises(BadInput, match="write it as 2026-12"):
        freeze(world.desk(), "december", now=DUE)

    assert _nothing_happened(world)


def test_a_month_whose_links_were_purged_is_refused_until_it_is_given_up(
    world: ReportsWorld,
) -> None:
    world.open_round()

    with pytest.raises(Refused, match="its links are gone"):
        freeze(world.desk(), MONTH, now=CLOSED)
    assert _nothing_happened(world)

    with world.platform.writing() as session:
        withdraw(session, MONTH, because="Its links were purged.")
    with pytest.raises(Refused, match="was withdrawn; it is not drawn again"):
        freeze(world.desk(), MONTH, now=DUE)


def test_a_month_that_is_too_small_is_refused_and_readers_are_told(world: ReportsWorld) -> None:
    world.open_round()
    world.reply(world.mail({NORTH: 49}))

    with pytest.raises(Refused, match="fewer than 50 tenants"):
        freeze(world.desk(), MONTH, now=CLOSED)
    assert _nothing_happened(world)

    freeze_due(world.desk(), now=DUE)
    release = world.release()
    assert release is not None
    assert (ReleaseState.TOO_SMALL, []) == (release.state, world.anchor.entries())


def test_a_question_that_changed_half_way_is_refused(world: ReportsWorld) -> None:
    ids = small_month(world)
    with world.platform.writing() as session:
        session.execute(
            update(Reply).where(Reply.tenant_id == ids[3]).values(questions="changed.1,work.2")
        )

    with pytest.raises(Refused, match=r"work\.2"):
        freeze(world.desk(), MONTH, now=CLOSED)

    assert _nothing_happened(world)


def test_a_reply_that_does_not_open_is_refused(world: ReportsWorld) -> None:
    ids = small_month(world)
    with world.platform.writing() as session:
        session.execute(update(Reply).where(Reply.tenant_id == ids[3]).values(sealed=b"x" * 60))

    with pytest.raises(Refused, match="was altered"):
        freeze(world.desk(), MONTH, now=CLOSED)

    assert _nothing_happened(world)


def test_a_month_that_readers_have_already_is_refused(world: ReportsWorld) -> None:
    small_month(world)
    world.published = lambda: [MONTH]

    with pytest.raises(Refused, match="holds December 2026 already"):
        freeze(world.desk(), MONTH, now=CLOSED)

    assert _nothing_happened(world)
