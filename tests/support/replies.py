"""Tenants' replies in a vault of their own."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kit.database import Database
from links import ledger
from replies import intake, reading
from replies.form import rounds
from replies.form.questions import Answers
from replies.vault import master_keys
from replies.vault.master_keys import LocalRing
from replies.vault.sealing import Vault

MONTH, NEXT_MONTH = "2026-12", "2027-01"
OPENED, TODAY, CLOSES = date(2026, 12, 1), date(2026, 12, 3), date(2027, 1, 31)
QUESTIONS = ["work", "benefits", "support"]
NO_CHANGE: Answers = {"changed": "no"}
WORK_ENDED: Answers = {
    "changed": "yes",
    "topics": ["work"],
    "work": "ended",
    "work-when": "now",
    "support": ["rent"],
}


@dataclass(frozen=True)
class RepliesWorld:
    """A platform database, and the directory of the vault's master keys."""

    database: Database
    directory: Path

    @property
    def keys(self) -> LocalRing:
        return LocalRing(self.directory)

    @property
    def vault(self) -> Vault:
        return Vault(self.keys)

    def reply(self, tenant_id: int, answers: Answers = NO_CHANGE, *, month: str = MONTH) -> None:
        with self.database.writing() as session:
            link_id = ledger.issue_fresh(
                session, tenant_id=tenant_id, month=month, issued_on=OPENED, expires_on=CLOSES
            )
            intake.submit(session, self.vault, link_id=link_id, answers=answers, today=TODAY)

    def held(self, tenant_id: int) -> list[Any]:
        with self.database.reading() as session:
            held = reading.held_about(session, self.vault, tenant_id)
        return [reply["answers"] for reply in held]


def build(database: Database, directory: Path) -> RepliesWorld:
    master_keys.create(directory)
    with database.writing() as session:
        for month in (MONTH, NEXT_MONTH):
            rounds.open_round(
                session, month=month, questions=QUESTIONS, opened_on=OPENED, closes_on=CLOSES
            )
    return RepliesWorld(database, directory)
