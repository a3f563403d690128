"""The release ledger's anchor, in a file and in an object store."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kit.errors import Refused
from reports.anchor import Entry, ReleaseAnchor
from reports.freeze import freeze
from tests.support import object_store
from tests.support.object_store import BUCKET, KEY, PLACE
from tests.support.reports import CLOSED, MONTH, ReportsWorld, small_month

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator["S3Client"]:
    with object_store.running(monkeypatch) as client:
        yield client


@pytest.fixture(params=["file", "object"])
def anchor(request: pytest.FixtureRequest, store: "S3Client", tmp_path: Path) -> ReleaseAnchor:
    assert store.list_buckets()["Buckets"]
    return ReleaseAnchor.at(tmp_path / "apart" / "anchor" if request.param == "file" else PLACE)


def _entry(number: int) -> Entry:
    return {"number": number, "month": f"2026-{number:02}", "hash": str(number)}


def test_an_anchor_is_empty_until_something_is_charged(anchor: ReleaseAnchor) -> None:
    assert [] == anchor.entries()


def test_what_was_added_stays_in_its_order(anchor: ReleaseAnchor) -> None:
    entries = [_entry(number) for number in (1, 2, 3)]
    for entry in entries:
        anchor.add(entry)

    assert entries == anchor.entries()


def test_a_charge_that_does_not_follow_the_last_one_is_refused(anchor: ReleaseAnchor) -> None:
    anchor.add(_entry(1))

    with pytest.raises(Refused, match="Another charge came first"):
        anchor.add(_entry(1))


def test_what_is_replaced_twice_is_kept_beside_the_anchor(
    store: "S3Client",
) -> None:
    anchor = ReleaseAnchor.at(PLACE)
    anchor.add(_entry(1))
    for number in (2, 1, 2):
        anchor.replace([_entry(number)])

    assert [_entry(2)] == anchor.entries()
    kept = [each["Key"] for each in store.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert 3 == len(kept) == len([key for key in kept if key.startswith(KEY)])


def test_a_bucket_that_is_not_there_draws_nothing(world: ReportsWorld, store: "S3Client") -> None:
    small_month(world)
    assert store.list_buckets()["Buckets"]
    gone = ReleaseAnchor.at("s3://no-such-bucket/releases")

    with pytest.raises(Refused, match=r"cannot be read \(NoSuchBucket\).* Nothing is drawn"):
        freeze(world.desk(anchor=gone), MONTH, now=CLOSED)

    assert world.release() is None


def test_a_month_is_charged_in_the_object_store_and_never_again(
    world: ReportsWorld, store: "S3Client"
) -> None:
    small_month(world)
    anchor = ReleaseAnchor.at(PLACE)
    freeze(world.desk(anchor=anchor), MONTH, now=CLOSED)

    assert [MONTH] == [entry["month"] for entry in anchor.entries()]
    store.delete_object(Bucket=BUCKET, Key=KEY)
    world.open_round("2027-01")
    world.reply(world.mail({"South Homes (example)": 60}, "2027-01"), month="2027-01")
    with pytest.raises(Refused, match="1 charges and its anchor 0"):
        freeze(world.desk(anchor=anchor), "2027-01", now=CLOSED)
