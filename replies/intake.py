"""Store a reply and spend its link, both or neither; correct a stored reply."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from kit import bulk
from kit.errors import NotFound
from links import ledger
from replies import erasure, submissions
from replies.form import questions, rounds, sharing
from replies.form.questions import Answers
from replies.models import Reply
from replies.submissions import SealedDecision
from replies.vault.sealing import Vault

REPLIES: Table = Reply.metadata.tables[Reply.__tablename__]


class ReplyPlace(NamedTuple):
    """A reply's tenant, month and questions; `questions` are the pinned names as one text."""

    tenant_id: int
    month: str
    questions: str


def submit(
    session: Session,
    vault: Vault,
    *,
    link_id: bytes,
    answers: Answers,
    today: date,
    show_to: str | None = None,
    decision: Answers = sharing.NOTHING_SAID,
    asked: Sequence[str] | None = None,
) -> int | None:
    """Store validated `answers` for the tenant and month of a link, and spend the link.

    Returns the reply's number; None, and stores nothing, if the link is spent or its tenant was
    erased: callers must not show which. A reply through a fresh link replaces the month's earlier
    one, and with it the choice to show that one. `show_to` is the housing association to which the
    tenant expressly chose to show this reply, and `decision` how. `asked` are the month's pinned
    questions, if the caller has read them: they never change.

    Raises:
        LinkMissing, LinkExpired: see `links.ledger.look_up`.
        NotFound: the month's round was never opened.
    """
    session.flush()
    spent = ledger.spend(session, link_id, today=today)
    if spent is None:
        ledger.look_up(session.connection(), link_id, today=today)
        return None
    asked = asked or rounds.find(session, spent.month).questions
    place = ReplyPlace(spent.tenant_id, spent.month, questions.pinned_text(asked))
    number = _store(session, place, vault.seal(session, place, answers), today)
    if show_to is not None and submissions.is_worth_showing(answers):
        submissions.permit(
            session,
            vault,
            SealedDecision(number, place.tenant_id, place.month),
            housing_association=show_to,
            decision=decision,
            on=today,
        )
    return number


def find(session: Session, *, tenant_id: int, month: str) -> Reply:
    """Return a tenant's reply of a month, locked until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    theirs = select(Reply).where(Reply.tenant_id == tenant_id, Reply.month == month)
    reply = session.scalar(theirs.with_for_update())
    if reply is None:
        raise NotFound(f"There is no reply of {month[:7]}.")
    return reply


def number(session: Session, *, tenant_id: int, month: str) -> int | None:
    """Return the number of a tenant's reply of a month; None if there is none."""
    theirs = select(Reply.id).where(Reply.tenant_id == tenant_id, Reply.month == month)
    return session.scalar(theirs)


def correct(session: Session, vault: Vault, reply: Reply, *, answers: Answers) -> None:
    """Replace a reply's answers with validated `answers` (UK GDPR, article 16).

    Its day stays, and no past release changes. Lock the tenant's row first (`tenants.rights`), so
    that nobody erases the key meanwhile. If the answers no longer tell of any change, the reply is
    no longer shown to the association.
    """
    reply.sealed = vault.seal(session, reply, answers)
    if not submissions.is_worth_showing(answers):
        submissions.revoke(session, tenant_id=reply.tenant_id, month=reply.month)
    session.flush()


def _store(session: Session, place: ReplyPlace, sealed: bytes, today: date) -> int:
    """Store the reply in place of an earlier one of the month; returns its row number."""
    row = {**place._asdict(), "sealed": sealed, "replied_on": today}
    while (number := bulk.add_if_new(session, REPLIES, row)) is None:
        erasure.forget_month(session, place.tenant_id, place.month)
    return int(number)
