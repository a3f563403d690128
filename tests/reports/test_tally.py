"""The tally: who is counted, and where."""

import json
from collections.abc import Sequence

import pytest

from replies.models import Round
from replies.vault.counting import opener
from reports import tally
from reports.cube import Atom, Counts, Plan
from reports.spec import SPEC
from reports.units import Units
from tenants.rights import rights
from tests.support.reports import (
    MONTH,
    NORTH,
    OPEN,
    SOUTH,
    WEST,
    ReportsWorld,
    small_month,
)


def _counts(world: ReportsWorld) -> list[Counts]:
    with world.platform.reading() as session:
        opened = session.get_one(Round, MONTH)
        open_reply = opener(world.keys, MONTH, tally.question_set(opened))
        return tally.tally(session, open_reply, tally.plan(session, opened, SPEC))


def test_the_tally_counts_each_question_and_splits_several_answers_evenly(
    world: ReportsWorld,
) -> None:
    small_month(world)

    (counts,) = _counts(world)

    changes, support = counts.answers
    assert 40 == counts.replies
    assert sum(changes) == 40
    assert {("changed", "no"): 10, ("work", "ended"): 30} == {
        atom: n for atom, n in zip(_atoms(world), changes, strict=True) if n
    }
    assert {0: 30 * 30, 2: 30 * 30, 8: 10 * 60} == {p: n for p, n in enumerate(support) if n}


def test_a_reply_is_split_over_its_topics(world: ReportsWorld) -> None:
    topics = ["work", "hours", "health"]
    world.open_round(questions=(*topics, "support"))
    plan = _plan(world)
    said = {"changed": "yes", "topics": topics, "work": "ended", "hours": "more"}

    added = Units(plan).added_by(json.dumps(said).encode())

    atoms, weight = plan.families[0].atoms, plan.families[0].weight
    assert {("work", "ended"): 2, ("hours", "more"): 2, ("health", "no-answer"): 2} == {
        atoms[place]: units for family, place, units in added if family == 0
    }
    assert weight == 6


def test_what_is_not_a_known_answer_is_no_answer(world: ReportsWorld) -> None:
    world.open_round()
    said = {"changed": "yes", "topics": ["football"], "support": ["a yacht"]}

    added = Units(_plan(world)).added_by(json.dumps(said).encode())

    atoms = [family.atoms for family in _plan(world).families]
    assert [("topics", "no-answer"), ("support", "no-answer")] == [
        atoms[family][place] for family, place, _ in added
    ]


def _plan(world: ReportsWorld) -> Plan:
    with world.platform.reading() as session:
        questions = tuple(tally.published_questions(session.get_one(Round, MONTH).questions))
    return Plan(MONTH, (), questions)


def _atoms(world: ReportsWorld) -> Sequence[Atom]:
    return _plan(world).families[0].atoms


def test_objectors_the_restricted_the_withdrawn_and_the_erased_are_not_counted(
    world: ReportsWorld,
) -> None:
    ids = small_month(world)
    with world.platform.writing() as session:
        who = [rights.by_id(session, id_) for id_ in ids[:4]]
        objector, restricted, withdrawn, erased = [each for each in who if each]
        rights.object_(session, objector, now=OPEN)
        rights.restrict(session, restricted, now=OPEN)
        withdrawn.profiling = False
        rights.erase(session, erased, now=OPEN)

    assert [36] == [counts.replies for counts in _counts(world)]


def test_each_tenant_is_counted_in_their_own_group(world: ReportsWorld) -> None:
    world.open_round()
    ids = world.mail({NORTH: 700, SOUTH: 60, WEST: 70})
    world.reply([ids[0], ids[1], ids[700], ids[760]])

    assert [2, 2] == [counts.replies for counts in _counts(world)]


def test_the_tally_goes_page_by_page(world: ReportsWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    small_month(world)
    whole = _counts(world)
    monkeypatch.setattr(tally, "PAGE", 7)

    assert whole == _counts(world)
