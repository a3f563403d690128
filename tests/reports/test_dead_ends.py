"""Each dead end has a command that leads out of it, and none draws a month twice."""

import pytest
from sqlalchemy import delete

from kit.anchors import replaced
from kit.database import Database
from kit.errors import Refused
from reports import ledger, push
from reports.anchor import ReleaseAnchor
from reports.freeze import freeze, freeze_due, withdraw
from reports.models import Charge, Release, ReleaseState
from tests.reports.attacks.draws import counted_draws
from tests.support.reports import CLOSED, DUE, MONTH, ReportsWorld, small_month

NEXT = "2027-01"


@pytest.fixture
def drawn(world: ReportsWorld) -> ReportsWorld:
    """December is drawn; January waits for its draw."""
    ids = small_month(world)
    freeze(world.desk(), MONTH, now=CLOSED)
    world.open_round(NEXT)
    world.link(ids, NEXT)
    return world


def _reanchor(world: ReportsWorld) -> list[str]:
    with world.platform.writing() as session:
        return ledger.reanchor(
            session, world.anchor, published=world.published(), spec=world.spec, now=DUE
        )


def _restored(world: ReportsWorld) -> None:
    with world.platform.writing() as session:
        session.execute(delete(Charge))
        session.execute(delete(Release))


def test_a_lost_anchor_is_made_anew(drawn: ReportsWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    (drawn.folder / "anchor").unlink()
    draws = counted_draws(monkeypatch)
    with pytest.raises(Refused, match="checkin reports reanchor"):
        freeze(drawn.desk(), NEXT, now=DUE)

    assert [] == _reanchor(drawn)
    assert [NEXT] == freeze_due(drawn.desk(), now=DUE)
    assert ([MONTH, NEXT], 1) == ([each["month"] for each in drawn.anchor.entries()], len(draws))


def test_what_a_foreign_anchor_names_is_spent_and_its_content_kept_aside(
    drawn: ReportsWorld,
) -> None:
    place = drawn.folder / "anchor"
    ours = place.read_text()
    foreign = ours.replace(MONTH, NEXT).replace('"hash": "', '"hash": "0') + "not a line\n"
    place.write_text(foreign)

    assert [NEXT] == _reanchor(drawn)
    assert [] == freeze_due(drawn.desk(), now=DUE)
    assert foreign == place.with_name(f"anchor.{replaced(foreign)}").read_text()
    assert ours == "".join(place.read_text().splitlines(keepends=True)[:1])


def test_with_database_and_anchor_lost_what_readers_hold_is_spent(
    drawn: ReportsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    _restored(drawn)
    (drawn.folder / "anchor").unlink()
    drawn.published = lambda: [MONTH]
    draws = counted_draws(monkeypatch)

    assert [MONTH] == _reanchor(drawn)
    assert [NEXT] == freeze_due(drawn.desk(), now=DUE)
    assert [NEXT] == [each.month for each in draws]


def test_an_altered_ledger_gets_no_new_anchor(drawn: ReportsWorld) -> None:
    with drawn.platform.writing() as session:
        session.get_one(Charge, 1).epsilon = 0.5

    with pytest.raises(Refused, match="Row 1 of the release ledger was altered"):
        _reanchor(drawn)


def test_a_wrong_release_is_withdrawn_after_a_restore_too(
    drawn: ReportsWorld, campaign_db: Database
) -> None:
    push.push_releases(drawn.platform, campaign_db, now=CLOSED)
    _restored(drawn)
    with drawn.platform.writing() as session:
        ledger.adopt(session, ReleaseAnchor.at(drawn.folder / "anchor"))
    with drawn.platform.writing() as session:
        withdraw(session, MONTH, because="The roster was wrong.")

    assert [MONTH] == push.push_releases(drawn.platform, campaign_db, now=DUE)
    release = drawn.release()
    assert release is not None
    assert (ReleaseState.WITHDRAWN, "{}") == (release.state, release.document)
