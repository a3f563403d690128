"""Read a tenant's replies, for that tenant alone."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from replies import submissions
from replies.form import answers, questions, sharing
from replies.form.schema import chosen
from replies.models import Reply
from replies.vault.sealing import Vault


def held_about(session: Session, vault: Vault, tenant_id: int) -> list[dict[str, Any]]:
    """Return every reply of a tenant, oldest month first, as JSON values.

    Each is `{"month": "2026-12", "replied_on": "2026-12-03", "answers": {"work": "ended", …},
    "in_words": [{"question": "…", "answers": ["…"]}, …], "shown_to": null, "safe_contact": [],
    "left_out": []}`; `shown_to` is the housing association that the tenant submitted it to,
    `safe_contact` and `left_out` what they decided about that.

    Raises:
        Unreadable, KeyUnavailable: a reply is there that can no longer be opened.
    """
    rows = session.scalars(
        select(Reply).where(Reply.tenant_id == tenant_id).order_by(Reply.month, Reply.id)
    )
    shown_to = submissions.shown(session, vault, tenant_id)
    return [shown(session, vault, reply) | _decision(shown_to.get(reply.month)) for reply in rows]


def months(session: Session, tenant_id: int) -> list[str]:
    """The months of which a tenant's reply is held, oldest first."""
    theirs = select(Reply.month).where(Reply.tenant_id == tenant_id)
    return list(session.scalars(theirs.order_by(Reply.month)))


def shown(session: Session, vault: Vault, reply: Reply) -> dict[str, Any]:
    """Return one reply as in `held_about`, without `shown_to`."""
    given = vault.open(session, reply)
    form = questions.form_of(reply.questions)
    return {
        "month": reply.month,
        "replied_on": reply.replied_on.isoformat(),
        "answers": given,
        "in_words": [
            {"question": question.title, "answers": labels}
            for question, labels in answers.in_words(form, given)
        ],
    }


def _decision(shown: submissions.Shown | None) -> dict[str, Any]:
    decision = shown.decision if shown else sharing.NOTHING_SAID
    return {
        "shown_to": shown and shown.housing_association,
        "safe_contact": chosen(decision, sharing.CONTACT.key),
        "left_out": chosen(decision, sharing.LEFT_OUT.key),
    }
