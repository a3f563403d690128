"""Replies that tenants chose to show to their housing association, so that it can help.

The reply remains the only copy of the answers; a submission only permits the association of that
day to read it. It is deleted with the reply, and when a newer reply replaces it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kit import bulk
from replies.form import answers as wording
from replies.form import questions
from replies.form.catalogue import CHANGED, NO_BUT_HELP
from replies.form.questions import Answers
from replies.form.schema import chosen
from replies.models import Reply, Submission
from replies.vault.sealing import Vault

NEVER_SHOWN = ("ethnicity",)
"""Questions that, with their follow-ups, are never shown to an association."""

WORTH_SHOWING = frozenset({"yes", NO_BUT_HELP.key})


@dataclass(frozen=True, slots=True)
class Submitted:
    """One reply as an association may read it; `cursor` increases with each submission.

    `in_words` holds each question with the labels of its answers.
    """

    cursor: int
    tenant_id: int
    month: str
    submitted_on: date
    answers: Answers
    in_words: tuple[tuple[str, tuple[str, ...]], ...]


def is_worth_showing(answers: Answers) -> bool:
    """Whether the tenant reported a change or wants help."""
    return not WORTH_SHOWING.isdisjoint(chosen(answers, CHANGED.key))


def submit(session: Session, reply_id: int, *, housing_association: str, on: date) -> None:
    """Allow an association to read a reply."""
    session.add(
        Submission(reply_id=reply_id, housing_association=housing_association, submitted_on=on)
    )
    session.flush()


def withdraw(session: Session, *, tenant_id: int, month: str) -> bool:
    """Stop showing a month's reply to the association; True if it was shown."""
    reply = select(Reply.id).where(Reply.tenant_id == tenant_id, Reply.month == month)
    return bulk.changed(session, delete(Submission).where(Submission.reply_id.in_(reply))) > 0


def shown_to(session: Session, tenant_id: int) -> dict[str, str]:
    """Return the association that each of a tenant's replies is shown to, by month."""
    rows = session.execute(
        select(Reply.month, Submission.housing_association)
        .join(Submission, Submission.reply_id == Reply.id)
        .where(Reply.tenant_id == tenant_id)
    )
    return {row.month: row.housing_association for row in rows}


def listed(
    session: Session,
    vault: Vault,
    *,
    housing_association: str,
    after: int = 0,
    limit: int,
    leaving_out: Sequence[int] = (),
) -> list[Submitted]:
    """Return the replies submitted to one association after a cursor, oldest first.

    Tenants are given by id; `leaving_out` are tenants whose processing is restricted.

    Raises:
        Unreadable, KeyUnavailable: a reply is there that can no longer be opened.
    """
    rows = session.execute(
        select(Submission, Reply)
        .join(Reply, Submission.reply_id == Reply.id)
        .where(
            Submission.housing_association == housing_association,
            Submission.id > after,
            Reply.tenant_id.not_in(leaving_out),
        )
        .order_by(Submission.id)
        .limit(limit)
    )
    return [_shown(session, vault, submission, reply) for submission, reply in rows]


def may_be_shown(answers: Answers) -> Answers:
    """Return the answers without those never shown to an association."""
    return {key: given for key, given in answers.items() if not _is_withheld(key)}


def _shown(session: Session, vault: Vault, submission: Submission, reply: Reply) -> Submitted:
    given = may_be_shown(vault.open(session, reply))
    form = questions.form_of(reply.questions)
    return Submitted(
        cursor=submission.id,
        tenant_id=reply.tenant_id,
        month=reply.month,
        submitted_on=submission.submitted_on,
        answers=given,
        in_words=tuple(
            (question.title, tuple(labels)) for question, labels in wording.in_words(form, given)
        ),
    )


def _is_withheld(key: str) -> bool:
    return any(key == name or key.startswith(f"{name}-") for name in NEVER_SHOWN)
