"""Past months for the demo: a pilot with fictional tenants, some of whom replied.

Only the replies are invented. The platform's own tick draws and publishes the figures of these
months, as of any others.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random, SystemRandom

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.database import Database
from kit.months import first_day
from links import ledger
from replies.form import questions, rounds
from replies.form.catalogue import CATALOGUE
from replies.form.questions import Answers, Form, Question
from replies.models import Reply, Round
from replies.vault.sealing import Vault
from reports.freeze import SETTLE_DAYS
from tenants.models import Tenant
from tenants.roster import imports, samples

PILOT: Mapping[str, int] = dict(zip(samples.ASSOCIATIONS, (1_000, 750, 70), strict=True))
"""Two associations large enough for figures of their own, and one that is too small."""
ASKED = tuple(question.key for question in CATALOGUE)
OPEN_FOR = timedelta(days=28)
REPLYING = (0.33, 0.35, 0.38, 0.36, 0.37, 0.39)
"""The share of the tenants asked, month by month."""
NOTHING_NEW = (0.6, 0.56, 0.5, 0.42, 0.55, 0.47)
"""The share of those who replied that nothing had changed."""
HEADER = "tenant_ref,email,housing_association,monthly_email"


def add_pilot(platform: Database, vault: Vault, *, now: datetime) -> list[str]:
    """Add the pilot's tenants and replies; returns its months, oldest first.

    They have not consented to further emails, so the demo's month goes only to its own tenants.
    """
    months, chance = due_months(now), SystemRandom()
    with platform.writing() as session:
        tenants = _tenants(session, now=now)
        for month, share, nothing_new in zip(months, REPLYING, NOTHING_NEW, strict=True):
            opened = _open(session, month, tenants)
            replying = sorted(chance.sample(tenants, round(share * len(tenants))))
            _reply(session, vault, opened, replying, chance, nothing_new)
    return months


def due_months(now: datetime) -> list[str]:
    """Return the latest months whose figures are due, oldest first."""
    due_before = now.date() - OPEN_FOR - timedelta(days=SETTLE_DAYS + 1)
    newest = due_before.replace(day=1)
    found = [newest]
    while len(found) < len(REPLYING):
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return [f"{first:%Y-%m}" for first in reversed(found)]


def _tenants(session: Session, *, now: datetime) -> Sequence[int]:
    names = (name for name, count in PILOT.items() for _ in range(count))
    rows = [
        f"pilot-{number:04},pilot-{number:04}@example.org,{name},no"
        for number, name in enumerate(names, start=1)
    ]
    text = "\n".join([HEADER, *rows, ""]).encode()
    imports.import_csv(session, io.BytesIO(text), dry_run=False, now=now)
    pilot = select(Tenant.id).where(Tenant.tenant_ref.startswith("pilot-")).order_by(Tenant.id)
    return session.scalars(pilot).all()


def _open(session: Session, month: str, tenants: Sequence[int]) -> Round:
    opened_on = first_day(month)
    closes_on = opened_on + OPEN_FOR
    ledger.issue_monthly(
        session, tenant_ids=tenants, month=month, issued_on=opened_on, expires_on=closes_on
    )
    return rounds.open_round(
        session, month=month, questions=ASKED, opened_on=opened_on, closes_on=closes_on
    )


def _reply(
    session: Session,
    vault: Vault,
    opened: Round,
    tenants: Sequence[int],
    chance: Random,
    nothing_new: float,
) -> None:
    form, replied_on = questions.form(opened.questions), opened.opened_on
    replies = []
    for tenant_id in tenants:
        reply = Reply(
            tenant_id=tenant_id,
            month=opened.month,
            questions=questions.pinned_text(opened.questions),
            replied_on=replied_on,
        )
        reply.sealed = vault.seal(session, reply, random_answers(form, chance, nothing_new))
        replies.append(reply)
    session.add_all(replies)


def random_answers(form: Form, chance: Random, nothing_new: float = 0.55) -> Answers:
    """Answer each question that is asked; first options are more frequent."""
    found: Answers = {}
    if chance.random() < nothing_new:
        return {form[0].key: "no"}
    for question in form:
        if question.is_asked(found):
            found[question.key] = (
                _several(question, chance) if question.many else _chosen(question, chance)
            )
    return found


def _several(question: Question, chance: Random) -> list[str]:
    """Choose one answer, or two unless one excludes the others."""
    given = {_chosen(question, chance) for _ in range(chance.choice((1, 1, 2)))}
    alone = {option.key for option in question.options if option.alone}
    return sorted(given - alone) or sorted(given)[:1]


def _chosen(question: Question, chance: Random) -> str:
    options = [option.key for option in question.options]
    return chance.choices(options, [1 / place for place, _ in enumerate(options, start=1)])[0]
