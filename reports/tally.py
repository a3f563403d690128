"""Count a month's replies in one pass. True counts exist only in memory, during the draw.

Tenants who objected to statistics, withdrew their consent to profiling or are restricted are left
out; erased tenants have no reply. The table holds at most one reply a tenant and month.
"""

from collections.abc import Generator, Sequence
from contextlib import closing
from functools import lru_cache
from typing import cast

from sqlalchemy import and_, not_, select
from sqlalchemy.orm import Session

from kit.errors import Refused
from kit.months import named
from replies.form import questions
from replies.models import DataKey, Reply, Round
from replies.vault.counting import Open, Sealed
from reports import cube
from reports.cube import Asked, Counts, Plan
from reports.groups import GroupScope, public_groups
from reports.spec import Spec
from reports.units import Units
from tenants.handover import mailed as handed_over
from tenants.models import Tenant

PAGE = 1_000
"""Rows fetched at a time."""
ALIKE = 10_000
"""Size of the cache of distinct sets of answers."""

COUNTED = and_(Tenant.profiling, not_(Tenant.objected), not_(Tenant.restricted))


def plan(session: Session, opened: Round, spec: Spec) -> Plan:
    """Return the plan of a month: its questions, and its groups by numbers of mailed tenants."""
    return Plan(
        month=opened.month,
        groups=public_groups(mailed(session, opened), spec),
        questions=tuple(published_questions(opened.questions)),
    )


def published_questions(pinned: Sequence[str]) -> list[Asked]:
    """Return the month's questions that are published, the choice of topics among them.

    Follow-ups to a topic's own question are not: each answer would have too few replies to be seen
    above the noise.
    """
    form, names = questions.form(pinned), set(pinned)
    found = [each for each in form if each.name in names or each.key == questions.TOPICS]
    topics = {
        option.key for each in found if each.key == questions.TOPICS for option in each.options
    }
    return [Asked.of(each, frozenset(topics)) for each in found]


def question_set(opened: Round) -> str:
    """Return a round's questions in the form stored with each reply."""
    return questions.pinned_text(opened.questions)


def mailed(session: Session, opened: Round) -> dict[str, int]:
    """Return how many tenants of each housing association were mailed in a month.

    The numbers were fixed at the hand-over. For a round opened without one, the month's links are
    counted, of which each tenant has one.

    Raises:
        Refused: there are neither, so the numbers are unknown.
    """
    if opened.mailed is not None:
        return opened.mailed
    if not (counted := handed_over.linked(session, opened.month)):
        raise Refused(
            f"Nothing says how many tenants {named(opened.month)} was sent to: its links are gone. "
            "Nothing was drawn. To settle it without figures, run "
            f"`checkin reports withdraw {opened.month}`."
        )
    return counted


def refuse_mixed_questions(session: Session, opened: Round) -> None:
    """Refuse a month some of whose replies answer other questions or versions than it asks."""
    pinned = question_set(opened)
    other = select(Reply.questions).where(Reply.month == opened.month, Reply.questions != pinned)
    if (found := session.scalar(other.limit(1))) is not None:
        raise Refused(
            f"Some replies of {named(opened.month)} answer “{found}”, but the month asks “{pinned}”"
            "; nothing was drawn. Find out who changed the round, and put it back."
        )


def tally(session: Session, open_reply: Open, plan: Plan) -> list[Counts]:
    """Return the true counts of each group, in the plan's order. Never store or log them.

    Raises:
        Unreadable, KeyUnavailable: a reply cannot be decrypted.
    """
    counts = cube.empty(plan)
    group_of = {
        member: counts[number]
        for number, group in enumerate(plan.groups)
        if group.scope != GroupScope.NOTHING
        for member in group.members
    }
    added_by = lru_cache(maxsize=ALIKE)(Units(plan).added_by)
    with closing(_replies(session, plan.month)) as replies:
        for reply in replies:
            if (group := group_of.get(reply[-1])) is not None:
                group.replies += 1
                for family, place, units in added_by(open_reply(reply)):
                    group.answers[family][place] += units
    return counts


def _replies(session: Session, month: str) -> Generator[Sealed]:
    """Yield the replies to count, as rows with the columns of `Sealed`.

    One statement fetches them all, so PostgreSQL reads one snapshot at any isolation level.
    """
    columns = (
        *(Reply.id, Reply.tenant_id, Reply.sealed),
        *(DataKey.master_key, DataKey.wrapped, Tenant.housing_association),
    )
    found = (
        select(*columns)
        .join_from(Reply, DataKey, DataKey.tenant_id == Reply.tenant_id)
        .join(Tenant, Tenant.id == Reply.tenant_id)
        .where(Reply.month == month, COUNTED)
    )
    with session.connection().execute(found, execution_options={"yield_per": PAGE}) as rows:
        for page in rows.partitions():
            yield from cast(Sequence[Sealed], page)
