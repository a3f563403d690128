"""Who was erased is remembered apart from the database, in a file or in an object store."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from kit.anchors import Anchor, AnchorMoved, open_anchor
from kit.errors import Refused
from kit.settings import Settings
from tenants.models import RightsEntry, Tenant
from tenants.rights import erasures, rights
from tenants.rights.erasures import CameBack
from tests.support import object_store
from tests.support.object_store import BUCKET, PLACE
from tests.support.tenants import ALICE, NOW, People
from tests.tenants.roster.rosters import KEYS

KEEP = timedelta(days=30)
REF = "T-001"


@pytest.fixture(params=["file", "object"])
def anchor(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Anchor]:
    releases = (
        {"release_anchor_file": tmp_path / "apart" / "releases"}
        if request.param == "file"
        else {"release_anchor_object": PLACE}
    )
    with object_store.running(monkeypatch):
        yield open_anchor(Settings(**releases).erasure_anchor_place)


def test_the_erasures_lie_beside_the_releases() -> None:
    assert (
        f"s3://{BUCKET}/of-a-side/erasures"
        == Settings(release_anchor_object=PLACE).erasure_anchor_place
    )


def test_a_restored_database_erases_again(people: People, anchor: Anchor) -> None:
    erasures.record_new(people.database, anchor, keys=KEYS, keep=KEEP, now=NOW)
    with people.database.writing() as session:
        rights.erase(session, rights.find(session, REF), now=NOW)
    erasures.record_new(people.database, anchor, keys=KEYS, keep=KEEP, now=NOW)
    _restore(people)

    with pytest.raises(CameBack, match="1 tenants who were erased are back"):
        erasures.record_new(people.database, anchor, keys=KEYS, keep=KEEP, now=NOW)
    assert 1 == erasures.adopt(people.database, anchor, keys=KEYS, keep=KEEP, now=NOW)

    erasures.record_new(people.database, anchor, keys=KEYS, keep=KEEP, now=NOW)
    with people.database.reading() as session:
        assert REF not in session.scalars(select(Tenant.tenant_ref)).all()
    assert REF not in anchor.read().text


def test_a_missing_anchor_beside_a_used_database_is_refused(people: People, anchor: Anchor) -> None:
    with people.database.writing() as session:
        rights.stop(session, rights.find(session, REF), now=NOW)

    for step in (erasures.record_new, erasures.adopt):
        with pytest.raises(Refused, match="is missing beside a database that is in use"):
            step(people.database, anchor, keys=KEYS, keep=KEEP, now=NOW)

    erasures.begin_anew(anchor)
    assert 0 == erasures.adopt(people.database, anchor, keys=KEYS, keep=KEEP, now=NOW)
    with pytest.raises(AnchorMoved):
        erasures.begin_anew(anchor)


def _restore(people: People) -> None:
    """The tenant is there again, and the erasure was never written down."""
    with people.database.writing() as session:
        session.execute(delete(RightsEntry))
        session.add(
            Tenant(
                tenant_ref=REF,
                email=ALICE,
                housing_association="Northfield Homes (example)",
                language="en",
                monthly_email=True,
                profiling=True,
                changed_at=NOW,
            )
        )
