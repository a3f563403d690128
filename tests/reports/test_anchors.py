"""Both kinds of anchor keep the same promises; the object store's has two writers to fear."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from moto import mock_aws

from kit import aws
from kit.errors import Refused
from reports.anchor import Anchor, Entry, FileAnchor, ObjectAnchor, open_anchor
from reports.freeze import freeze
from tests.reports.world import CLOSED, MONTH, World, small_month

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET, KEY = "check-in-anchor", "releases"
PLACE = f"s3://{BUCKET}/{KEY}"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator["S3Client"]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = aws.s3()
        client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
        )
        yield client


@pytest.fixture(params=["file", "object"])
def anchor(request: pytest.FixtureRequest, store: "S3Client", tmp_path: Path) -> Anchor:
    assert store.list_buckets()["Buckets"]
    return open_anchor(str(tmp_path / "apart" / "anchor") if request.param == "file" else PLACE)


def _entry(number: int) -> Entry:
    return {"number": number, "month": f"2026-{number:02}", "hash": str(number)}


def test_a_place_says_which_kind_it_is(store: "S3Client", tmp_path: Path) -> None:
    assert store.list_buckets()["Buckets"]
    assert [FileAnchor, ObjectAnchor] == [
        type(open_anchor(place)) for place in (str(tmp_path), PLACE)
    ]


def test_an_anchor_is_empty_until_something_is_charged(anchor: Anchor) -> None:
    assert [] == anchor.entries()


def test_what_was_added_stays_in_its_order(anchor: Anchor) -> None:
    entries = [_entry(number) for number in (1, 2, 3)]
    for entry in entries:
        anchor.add(entry)

    assert entries == anchor.entries()


class OvertakenStore:
    """A client between whose look and write another charge arrives."""

    def __init__(self, client: "S3Client", number: int) -> None:
        self._client, self._other = client, ObjectAnchor(client, BUCKET, KEY)
        self._number = number

    def get_object(self, **place: str) -> object:
        try:
            return self._client.get_object(**place)  # type: ignore[arg-type]
        finally:
            self._other.add(_entry(self._number))

    def put_object(self, **given: object) -> object:
        return self._client.put_object(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [1, 2])
def test_of_two_writers_one_is_refused(store: "S3Client", number: int) -> None:
    for before in range(1, number):
        open_anchor(PLACE).add(_entry(before))
    overtaken = ObjectAnchor(cast("S3Client", OvertakenStore(store, number)), BUCKET, KEY)

    with pytest.raises(Refused, match=r"was not written \(PreconditionFailed\)"):
        overtaken.add(_entry(number))

    assert number == len(open_anchor(PLACE).entries())


def test_a_charge_that_does_not_follow_the_last_one_is_refused(store: "S3Client") -> None:
    anchor = ObjectAnchor(store, BUCKET, KEY)
    anchor.add(_entry(1))

    with pytest.raises(Refused, match="Another charge came first"):
        anchor.add(_entry(1))


def test_a_bucket_that_is_not_there_draws_nothing(world: World, store: "S3Client") -> None:
    small_month(world)
    gone = ObjectAnchor(store, "no-such-bucket", KEY)

    with pytest.raises(Refused, match=r"cannot be read \(NoSuchBucket\), so nothing is drawn"):
        freeze(world.desk(anchor=gone), MONTH, now=CLOSED)

    assert world.release() is None


def test_a_month_is_charged_in_the_object_store_and_never_again(
    world: World, store: "S3Client"
) -> None:
    small_month(world)
    anchor = ObjectAnchor(store, BUCKET, KEY)
    freeze(world.desk(anchor=anchor), MONTH, now=CLOSED)

    assert [MONTH] == [entry["month"] for entry in anchor.entries()]
    store.delete_object(Bucket=BUCKET, Key=KEY)
    world.open_round("2027-01")
    world.reply(world.mail({"South Homes (example)": 60}, "2027-01"), month="2027-01")
    with pytest.raises(Refused, match="1 charges and its anchor 0"):
        freeze(world.desk(anchor=anchor), "2027-01", now=CLOSED)
