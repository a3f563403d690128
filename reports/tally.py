"""One pass over a month's replies: true counts, in memory, for as long as the draw takes.

Left out is whoever objected to statistics, withdrew their consent to profiling or is restricted;
whoever was erased has no reply, no key and no row left. One reply a tenant: the table holds no two.
"""

from collections.abc import Generator, Sequence
from contextlib import closing
from functools import lru_cache
from typing import cast

from sqlalchemy import and_, not_, select
from sqlalchemy.orm import Session

from kit.errors import Refused
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
"""Rows fetched at once."""
ALIKE = 10_000
"""So many different sets of answers are read once, however many tenants gave them."""

COUNTED = and_(Tenant.profiling, not_(Tenant.objected), not_(Tenant.restricted))


def plan(session: Session, opened: Round, spec: Spec) -> Plan:
    """What the release of a month consists of: its questions, and groups by who was mailed."""
    return Plan(
        month=opened.month,
        groups=public_groups(mailed(session, opened), spec),
        questions=tuple(published_questions(opened.questions)),
    )


def published_questions(pinned: Sequence[str]) -> list[Asked]:
    """The month's questions as they were asked, the choice of topics among them.

    What is asked after a topic's own question is not published: each of its answers would have
    so few replies that the noise would be all there is to see.
    """
    form, names = questions.form(pinned), set(pinned)
    found = [each for each in form if each.name in names or each.key == questions.TOPICS]
    topics = {
        option.key for each in found if each.key == questions.TOPICS for option in each.options
    }
    return [Asked.of(each, frozenset(topics)) for each in found]


def question_set(opened: Round) -> str:
    """A round's questions as each of its replies names them."""
    return questions.written(opened.questions)


def mailed(session: Session, opened: Round) -> dict[str, int]:
    """How many tenants of each housing association a month was handed over for.

    The number was fixed at the hand-over. For a round that was opened without one, the links still
    on the ledger are counted, of which each tenant has one.

    Raises:
        Refused: neither is there, so that nobody can say how many were mailed.
    """
    if opened.mailed is not None:
        return opened.mailed
    if not (counted := handed_over.linked(session, opened.month)):
        raise Refused(
            f"Nothing says how many tenants {opened.month} was sent to: its links are gone. "
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
            f"Some replies of {opened.month} answer “{found}”, but the month asks “{pinned}”; "
            "nothing was drawn. Find out who changed the round, and put it back."
        )


def tally(session: Session, open_reply: Open, plan: Plan) -> list[Counts]:
    """The true counts of each group of the plan, in its order. Never stored, never logged.

    Raises:
        Unreadable, KeyUnavailable: a reply is there that cannot be opened.
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
    """The counted replies of a month: rows with the columns of `Sealed`.

    One statement fetches them all, so that PostgreSQL reads them at one moment at any isolation.
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
