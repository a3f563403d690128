"""The thief takes the whole campaign database."""

import json

import pytest

from campaigns import handover
from kit.database import Database
from reports import push
from reports.freeze import freeze
from tests.reports.attacks import naive, served
from tests.support.reports import CLOSED, MONTH, OPEN, ReportsWorld, small_month

COUNTS = [30, 0, 10, 0]
"""How many of the small month said “yes”, and how many “no”, among options that nobody chose."""


@pytest.fixture
def pushed(world: ReportsWorld, campaign_db: Database) -> ReportsWorld:
    small_month(world)
    freeze(world.desk(), MONTH, now=OPEN, early_because="a reason of the platform's own")
    push.push_releases(world.platform, campaign_db, now=CLOSED)
    return world


def test_figures_that_are_rounded_for_display_only_are_stolen_exact(campaign_db: Database) -> None:
    document = json.dumps(naive.exact_inside(COUNTS))
    with campaign_db.writing() as session:
        handover.publish_release(session, MONTH, digest="0", document=document, now=CLOSED)

    assert str(COUNTS) in served.everything(campaign_db)


def test_the_campaign_database_holds_published_values_only(
    pushed: ReportsWorld, campaign_db: Database
) -> None:
    release, stolen = served.drawn(pushed), served.everything(campaign_db)

    assert 1 == stolen.count(json.dumps(release.document))
    assert "T-00001" in served.everything(pushed.platform)
    for kept_back in ("T-00001", "tenant-00001", "a reason of"):
        assert kept_back not in stolen


def test_the_published_document_has_nothing_but_noisy_values_and_estimates(
    pushed: ReportsWorld,
) -> None:
    document = json.loads(served.drawn(pushed).document or "")

    assert {"month", "released_on", "early", "spec", "questions", "groups", "figures"} | {
        "pools",
        "measurements",
    } == set(document)
    assert {"mailed", "replies", "answers", "group", "mailed_scale", "replies_scale"} == set(
        document["measurements"]["groups"][0]
    )
    assert {"group", "measure", "question", "option", "estimate", "margin", "note"} == {
        name for figure in document["figures"] for name in figure
    }
