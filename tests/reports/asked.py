"""A month's questions, small enough to count by hand: two topics with a question each, and help."""

from collections.abc import Sequence

from replies.form.questions import TOPICS
from reports.cube import Asked, Counts, Plan
from reports.groups import public_groups
from reports.spec import SPEC

NONE = ("no-answer", "None")
OPENING = Asked("changed.1", "Changed?", (("yes", "Yes"), ("no", "No"), NONE))
CHOICE = Asked(f"{TOPICS}.1", "What?", (("work", "Work"), ("home", "Home"), NONE), together=2)
WORK = Asked("work.1", "Work?", (("started", "Started"), ("ended", "Ended"), NONE), topic="work")
HOME = Asked("home.1", "Home?", (("joined", "Joined"), ("left", "Left"), NONE), topic="home")
HELP = Asked("help.1", "Help?", (("rent", "Rent"), ("debts", "Debts"), NONE), together=2)
QUESTIONS = (OPENING, CHOICE, WORK, HOME, HELP)


def plan(month: str = "2026-12", /, **mailed: int) -> Plan:
    return Plan(month, public_groups(mailed, SPEC), QUESTIONS)


def counts(changes: Sequence[int], help_: Sequence[int]) -> Counts:
    """A group's counts from numbers of replies for each atom, each with one topic and one help.

    The atoms are: no, no answer; no topic; work's three, home's three. Help's are its three.
    """
    assert sum(changes) == sum(help_)
    return Counts(sum(changes), [[2 * each for each in changes], [2 * each for each in help_]])
