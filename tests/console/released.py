"""A month's released figures, as the platform hands them over."""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import handover

NORTH, TINY = "North Homes & Co (example)", "Tiny Homes (example)"

WORK = {
    "question": "work.1",
    "title": "What has changed about your work?",
    "several": False,
    "options": [
        {"option": "ended", "label": "My job ended"},
        {"option": "no-answer", "label": "No answer, or not asked"},
    ],
}


def _figure(group: str, measure: str, option: str = "", **value: object) -> dict[str, object]:
    question = "work" if measure == "share" else ""
    empty = {"estimate": None, "margin": None, "note": ""}
    place = {"group": group, "measure": measure, "question": question, "option": option}
    return place | empty | value


def document(month: str) -> dict[str, object]:
    """One question, two groups: one that stands alone, and one too small to be drawn."""
    return {
        "month": month,
        "released_on": "2027-01-04",
        "spec": {"version": 1, "epsilon": 1.0, "alone_from": 700, "hash": "f" * 64},
        "questions": [WORK],
        "groups": [
            {"group": "All tenants", "mailed": 900, "scope": "full"},
            {"group": NORTH, "mailed": 880, "scope": "full"},
            {"group": TINY, "mailed": None, "scope": "nothing"},
        ],
        "figures": [
            _figure("All tenants", "mailed", estimate=900),
            _figure("All tenants", "replies", estimate=400, margin=20.1),
            _figure("All tenants", "response_rate", estimate=44.4, margin=2.2),
            _figure("All tenants", "share", "ended", estimate=12.5, margin=3.1),
            _figure("All tenants", "share", "no-answer", note="[c]"),
            _figure(NORTH, "mailed", estimate=880),
            _figure(NORTH, "replies", estimate=400, margin=20.1),
            _figure(NORTH, "response_rate", estimate=45.5, margin=2.2),
            _figure(NORTH, "share", "ended", estimate=11.5, margin=3.1),
            _figure(NORTH, "share", "no-answer", note="[c]"),
            *(_figure(TINY, measure, note="[x]") for measure in ("mailed", "replies")),
            _figure(TINY, "response_rate", note="[x]"),
        ],
    }


def publish(session: Session, month: str, *, now: datetime) -> None:
    """Hand a month's figures over."""
    text = json.dumps(document(month))
    handover.publish_release(session, month, digest=month, document=text, now=now)


def withdraw(session: Session, month: str, *, now: datetime) -> None:
    """Take a month's figures back."""
    because = "The roster was wrong."
    handover.withdraw_release(session, month, digest="withdrawn", because=because, now=now)
