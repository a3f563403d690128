"""What is remembered outside the campaign database, in a file and in Redis."""

from pathlib import Path

import pytest

from campaigns.sending.anchor import Anchor, FileAnchor, Mark, RedisAnchor


@pytest.fixture(params=["file", "redis"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Anchor:
    if request.param == "file":
        return FileAnchor(tmp_path / "made" / "campaign.anchor")
    return RedisAnchor(request.getfixturevalue("redis"))


def test_an_anchor_only_ever_rises(kept: Anchor) -> None:
    for mark in (Mark(1, 5), Mark(2, 9), Mark(3, 7)):
        kept.raise_to("2026-12", "a list", mark)
    assert kept.read("2026-12") == {"a list": Mark(3, 9)}


def test_an_anchor_keeps_months_and_lists_apart(kept: Anchor) -> None:
    kept.raise_to("2026-12", "a list", Mark(1, 5))
    kept.raise_to("2026-12", "another", Mark(2, 3))
    assert kept.read("2026-12") == {"a list": Mark(1, 5), "another": Mark(2, 3)}
    assert kept.read("2027-01") == {}


def test_an_anchor_counts_events_apart_from_every_month(kept: Anchor) -> None:
    assert kept.events() == 0
    for number in (5, 9, 7):
        kept.raise_events_to(number)
    assert (kept.events(), kept.read("2026-12")) == (9, {})


def test_a_torn_file_is_a_lost_anchor(tmp_path: Path) -> None:
    file = tmp_path / "campaign.anchor"
    file.write_text('{"2026-12": {"a li')
    anchor = FileAnchor(file)
    assert anchor.read("2026-12") == {}
    anchor.raise_to("2026-12", "a list", Mark(1, 5))
    assert anchor.read("2026-12") == {"a list": Mark(1, 5)}
