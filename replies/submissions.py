"""Replies that tenants chose to show to their housing association, so that it can help.

The reply remains the only copy of the answers; a submission only permits the association of that
day to read it. With it are stored, encrypted, the safe ways to contact the tenant and the topics
that are left out. It is deleted with the reply, and when a newer reply replaces it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kit import bulk
from replies.form import answers as wording
from replies.form import questions, sharing
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

    `in_words` holds each question with the labels of its answers. `safe_contact` are the ways in
    which the tenant said that it is safe to reach them; empty if they were never asked.
    """

    cursor: int
    tenant_id: int
    month: str
    submitted_on: date
    answers: Answers
    in_words: tuple[tuple[str, tuple[str, ...]], ...]
    safe_contact: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """The association that a reply is shown to, and what its tenant decided about that."""

    housing_association: str
    decision: Answers


class SealedDecision(NamedTuple):
    """A tenant's decision as it lies beside their reply, bound to the same tenant and month."""

    id: int
    tenant_id: int
    month: str
    sealed: bytes = b""
    questions: str = sharing.NAMES


def is_worth_showing(answers: Answers) -> bool:
    """Whether the tenant reported a change or wants help."""
    return not WORTH_SHOWING.isdisjoint(chosen(answers, CHANGED.key))


def permit(
    session: Session,
    vault: Vault,
    place: SealedDecision,
    *,
    housing_association: str,
    decision: Answers,
    on: date,
) -> None:
    """Allow an association to read the reply numbered `place.id`, as the tenant decided."""
    sealed = vault.seal(session, place, decision) if decision else None
    session.add(
        Submission(
            reply_id=place.id,
            housing_association=housing_association,
            submitted_on=on,
            sealed=sealed,
        )
    )
    session.flush()


def revoke(session: Session, *, tenant_id: int, month: str) -> bool:
    """Stop showing a month's reply to the association; True if it was shown."""
    reply = select(Reply.id).where(Reply.tenant_id == tenant_id, Reply.month == month)
    return bulk.changed(session, delete(Submission).where(Submission.reply_id.in_(reply))) > 0


def withdraw_all(session: Session, *, tenant_ids: Sequence[int]) -> int:
    """Withdraw every reply of some tenants; the replies stay. Returns how many."""
    theirs = select(Reply.id).where(bulk.any_of(session, Reply.tenant_id, tenant_ids))
    return bulk.changed(session, delete(Submission).where(Submission.reply_id.in_(theirs)))


def shown_to(session: Session, tenant_id: int) -> dict[str, str]:
    """Return the association that each of a tenant's replies is shown to, by month."""
    rows = session.execute(
        select(Reply.month, Submission.housing_association)
        .join(Submission, Submission.reply_id == Reply.id)
        .where(Reply.tenant_id == tenant_id)
    )
    return {row.month: row.housing_association for row in rows}


def shown(session: Session, vault: Vault, tenant_id: int) -> dict[str, Shown]:
    """Return to whom each of a tenant's replies is shown, and how, by month.

    Raises:
        Unreadable, KeyUnavailable: a decision is there that can no longer be opened.
    """
    rows = session.execute(
        select(Submission, Reply)
        .join(Reply, Submission.reply_id == Reply.id)
        .where(Reply.tenant_id == tenant_id)
    )
    return {
        reply.month: Shown(
            submission.housing_association, _decision(session, vault, submission, reply)
        )
        for submission, reply in rows
    }


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
    return [_submitted(session, vault, submission, reply) for submission, reply in rows]


def without_private(answers: Answers, decision: Answers = sharing.NOTHING_SAID) -> Answers:
    """Return the answers without those that no association sees or this tenant leaves out."""
    left_out = chosen(decision, sharing.LEFT_OUT.key)
    return sharing.visible(answers, (*NEVER_SHOWN, *left_out))


def _decision(session: Session, vault: Vault, submission: Submission, reply: Reply) -> Answers:
    if submission.sealed is None:
        return sharing.NOTHING_SAID
    place = SealedDecision(reply.id, reply.tenant_id, reply.month, submission.sealed)
    return vault.open(session, place)


def _submitted(session: Session, vault: Vault, submission: Submission, reply: Reply) -> Submitted:
    decision = _decision(session, vault, submission, reply)
    given = without_private(vault.open(session, reply), decision)
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
        safe_contact=tuple(chosen(decision, sharing.CONTACT.key)),
    )
