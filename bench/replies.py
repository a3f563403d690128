"""A month of replies to count: tenants, links, keys and ciphertexts, written in bulk."""

import json
import random
import secrets
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from kit.database import Database, PlatformBase
from links.models import Link
from replies.form import questions
from replies.form.questions import Answers, Form
from replies.intake import ReplyPlace
from replies.models import DataKey, Reply, Round
from replies.vault import master_keys
from replies.vault.ciphertext import encrypt, key_context
from replies.vault.counting import ReadOnce
from replies.vault.master_keys import KEY_BYTES, LocalRing
from tenants.models import Tenant

BATCH = 5_000
MONTH, OPENED, CLOSES = "2026-12", date(2026, 12, 1), date(2026, 12, 29)
NOW = datetime(2027, 1, 4, 12, 0, tzinfo=UTC)
KEYS = ("work", "hours", "benefits", "household", "health", "support")
DIFFERENT = 5_000
"""Sets of answers drawn from the catalogue; half the tenants say that nothing changed."""


def fill(platform: Database, vault: Path, count: int) -> None:
    """Tenants in 50 associations, each with a link, a key and a reply."""
    PlatformBase.metadata.create_all(platform.engine)
    master_keys.create(vault)
    pinned = questions.pin(KEYS)
    with platform.writing() as session:
        session.add(Round(month=MONTH, questions=pinned, opened_on=OPENED, closes_on=CLOSES))
    sealer = Sealer(ReadOnce(vault), pinned)
    for first in range(1, count + 1, BATCH):
        ids = range(first, min(first + BATCH, count + 1))
        keys, replies = zip(*map(sealer, ids), strict=True)
        with platform.writing() as session:
            session.execute(insert(Tenant), [_tenant(id_) for id_ in ids])
            session.execute(insert(Link), [_link(id_) for id_ in ids])
            session.execute(insert(DataKey), list(keys))
            session.execute(insert(Reply), list(replies))


class Sealer:
    """The rows of a tenant's key and reply, as `replies.vault` makes them."""

    def __init__(self, ring: LocalRing, pinned: list[str], month: str = MONTH) -> None:
        self._ring, self._month = ring, month
        self._names = questions.pinned_text(pinned)
        self._answers = _answers(questions.form(pinned))

    def __call__(self, id_: int) -> tuple[dict[str, Any], dict[str, Any]]:
        place = ReplyPlace(id_, self._month, self._names)
        answers = self._answers[id_ % len(self._answers)]
        key = secrets.token_bytes(KEY_BYTES)
        wrapped = self._ring.wrap(key, key_context(id_))
        sealed = encrypt(key, place, answers)
        return (
            {"tenant_id": id_, "master_key": wrapped.master_key, "wrapped": wrapped.sealed},
            {**place._asdict(), "sealed": sealed, "replied_on": OPENED},
        )


def _answers(form: Form) -> list[Answers]:
    """Every other one says that nothing changed; the others answer whatever they are asked."""
    chance = random.Random("a month of replies")
    return [_somebody(form, chance) if n % 2 else {"changed": "no"} for n in range(2 * DIFFERENT)]


def _somebody(form: Form, chance: random.Random) -> Answers:
    answers: Answers = {"changed": "yes"}
    for question in form[1:]:
        if question.is_asked(answers):
            options = [option.key for option in question.options if not option.alone]
            given = chance.sample(options, chance.randint(1, min(3, len(options))))
            answers[question.key] = given if question.many else given[0]
    return answers


def _tenant(id_: int) -> dict[str, Any]:
    return {
        "id": id_,
        "tenant_ref": f"T{id_:08}",
        "email": f"tenant-{id_:08}@example.org",
        "housing_association": f"Homes {id_ % 50} (example)",
        "language": "en",
        "monthly_email": True,
        "profiling": True,
        "changed_at": NOW,
    }


def _link(id_: int) -> dict[str, Any]:
    return {
        "id": secrets.token_bytes(16),
        "tenant_id": id_,
        "month": MONTH,
        "monthly": True,
        "issued_on": OPENED,
        "expires_on": CLOSES,
    }


def bound_to(tenant_id: int, names: str) -> bytes:
    return json.dumps(["reply", tenant_id, MONTH, names]).encode()


def context_of(tenant_id: int) -> bytes:
    return json.dumps(
        {"purpose": "replies", "tenant": str(tenant_id)}, separators=(",", ":")
    ).encode()
