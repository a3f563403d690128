"""The checker is itself shown to fail on a sender that double-sends and on one that loses."""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from tests.chaos import checker
from tests.chaos.checker import Count
from tests.support.faulty_ses import accept_log

ROSTER = ["a@example.org", "b@example.org", "c@example.org"]
STAFF = ["approver@example.org"]


def judged(
    folder: Path,
    mailed: Sequence[str],
    *,
    held: Mapping[str, bool] | None = None,
    unsent: Collection[str] = (),
) -> Count:
    """The verdict on a log as the stand-in writes it."""
    log = folder / "accepted.jsonl"
    line = {
        "at": "2026-12-01T10:00:00+00:00",
        "monotonic": 1.0,
        "message_id": "m",
        "outcome": "delivered",
        "tags": {},
    }
    log.write_text("".join(json.dumps(line | {"address": who}) + "\n" for who in mailed))
    accepted = accept_log.read(log)
    return checker.judge(ROSTER, accepted, held=held or {}, unsent=unsent, staff=STAFF)


def test_everybody_once_is_clean(tmp_path: Path) -> None:
    assert judged(tmp_path, ROSTER).is_clean


def test_a_second_mail_is_seen_whatever_the_engine_says(tmp_path: Path) -> None:
    verdict = judged(tmp_path, [*ROSTER, "b@example.org"], held={"b@example.org": False})
    assert (verdict.duplicates, verdict.is_clean) == (("b@example.org",), False)


def test_a_mail_that_was_never_sent_is_missing(tmp_path: Path) -> None:
    verdict = judged(tmp_path, ROSTER[:2])
    assert (verdict.missing, verdict.is_clean) == (("c@example.org",), False)


def test_a_mail_to_somebody_else_is_seen(tmp_path: Path) -> None:
    verdict = judged(tmp_path, [*ROSTER, "stranger@example.org"])
    assert (verdict.strangers, verdict.is_clean) == (("stranger@example.org",), False)


def test_a_held_mail_is_counted_and_is_not_missing(tmp_path: Path) -> None:
    verdict = judged(tmp_path, ROSTER[:2], held={"b@example.org": False, "c@example.org": True})
    assert (verdict.held, verdict.held_though_mailed, verdict.missing) == (2, 1, ())
    assert verdict.held_too_early == 1
    assert verdict.is_clean


def test_what_staff_are_told_is_not_a_month(tmp_path: Path) -> None:
    verdict = judged(tmp_path, [*ROSTER, *STAFF, *STAFF])
    assert (verdict.is_clean, verdict.duplicates, verdict.strangers) == (True, (), ())


def test_who_was_refused_is_not_missing_but_must_not_have_been_mailed(tmp_path: Path) -> None:
    refused = judged(tmp_path, ROSTER[:2], unsent=ROSTER[2:])
    assert (refused.is_clean, refused.unsent) == (True, 1)
    assert not judged(tmp_path, ROSTER, unsent=ROSTER[2:]).is_clean
