"""A month that was handed over, closed and answered. Nobody in it exists."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import insert, select

from kit.database import Database
from links.models import Link
from replies.form import questions as catalogue
from replies.form import rounds
from replies.form.questions import Answers
from replies.models import Reply
from replies.vault import master_keys
from replies.vault.counting import opener
from replies.vault.sealing import Vault, open_vault
from reports import ledger
from reports.anchor import ReleaseAnchor
from reports.freeze import Desk
from reports.models import Release
from reports.spec import SPEC, Spec
from tenants.models import Tenant

MONTH = "2026-12"
OPENED, CLOSES = date(2026, 12, 1), date(2026, 12, 29)
OPEN = datetime(2026, 12, 20, 12, 0, tzinfo=UTC)
CLOSED = datetime(2026, 12, 30, 12, 0, tzinfo=UTC)
DUE = datetime(2027, 1, 4, 12, 0, tzinfo=UTC)
QUESTIONS = ("work", "support")
NORTH, SOUTH, WEST = (f"{name} Homes (example)" for name in ("North", "South", "West"))

CHANGED: Answers = {
    "changed": "yes",
    "topics": ["work"],
    "work": "ended",
    "work-when": "now",
    "support": ["rent", "debts"],
}
UNCHANGED: Answers = {"changed": "no"}


@dataclass
class ReportsWorld:
    """The platform side of a test, with its vault and its anchor."""

    platform: Database
    folder: Path
    spec: Spec = SPEC
    published: Callable[[], Collection[str]] = tuple

    @property
    def keys(self) -> str:
        return str(self.folder / "vault")

    @property
    def anchor(self) -> ReleaseAnchor:
        return ReleaseAnchor.at(self.folder / "anchor")

    def desk(self, anchor: ReleaseAnchor | None = None, spec: Spec | None = None) -> Desk:
        return Desk(
            platform=self.platform,
            opener=partial(opener, self.keys),
            anchor=anchor or self.anchor,
            published=self.published,
            spec=spec or self.spec,
        )

    def open_round(
        self, month: str = MONTH, *, questions: Iterable[str] = QUESTIONS, closes: date = CLOSES
    ) -> None:
        with self.platform.writing() as session:
            rounds.open_round(
                session, month=month, questions=questions, opened_on=OPENED, closes_on=closes
            )

    def mail(self, counts: Mapping[str, int], month: str = MONTH) -> list[int]:
        """So many tenants of each association, each with their monthly link; returns their ids."""
        names = [name for name, count in counts.items() for _ in range(count)]
        with self.platform.writing() as session:
            first = (session.scalar(select(Tenant.id).order_by(Tenant.id.desc())) or 0) + 1
            ids = list(range(first, first + len(names)))
            session.execute(
                insert(Tenant),
                [_tenant(id_, name) for id_, name in zip(ids, names, strict=True)],
            )
        self.link(ids, month)
        return ids

    def link(self, ids: Sequence[int], month: str = MONTH) -> None:
        with self.platform.writing() as session:
            session.execute(insert(Link), [_link(id_, month) for id_ in ids])

    def reply(self, ids: Sequence[int], answers: Answers = CHANGED, month: str = MONTH) -> None:
        """These tenants give these answers."""
        pinned = catalogue.pin(QUESTIONS)
        vault = self.vault()
        with self.platform.writing() as session:
            for id_ in ids:
                reply = Reply(
                    tenant_id=id_,
                    month=month,
                    questions=catalogue.pinned_text(pinned),
                    replied_on=OPENED,
                )
                reply.sealed = vault.seal(session, reply, answers)
                session.add(reply)

    def charge(self, month: str, *, now: datetime) -> None:
        """Charge a month without drawing it."""
        with self.platform.writing() as session:
            ledger.charge(
                session, self.anchor, month=month, spec=self.spec, plan_hash="0" * 64, now=now
            )

    def ids(self) -> list[int]:
        """Every tenant of the roster."""
        with self.platform.reading() as session:
            return list(session.scalars(select(Tenant.id).order_by(Tenant.id)))

    def vault(self) -> Vault:
        return open_vault(self.keys)

    def release(self, month: str = MONTH) -> Release | None:
        with self.platform.reading() as session:
            return session.get(Release, month)


def build(platform: Database, folder: Path) -> ReportsWorld:
    world = ReportsWorld(platform, folder)
    master_keys.create(Path(world.keys))
    return world


def small_month(world: ReportsWorld) -> list[int]:
    """800 tenants of one association, 40 of whom replied; returns everybody's ids."""
    world.open_round()
    ids = world.mail({NORTH: 800})
    world.reply(ids[:30], CHANGED)
    world.reply(ids[30:40], UNCHANGED)
    return ids


def _tenant(id_: int, name: str) -> dict[str, object]:
    return {
        "id": id_,
        "tenant_ref": f"T-{id_:05}",
        "email": f"tenant-{id_:05}@example.org",
        "housing_association": name,
        "language": "en",
        "monthly_email": True,
        "profiling": True,
        "changed_at": DUE,
    }


def _link(id_: int, month: str) -> dict[str, object]:
    return {
        "id": f"{month}{id_:09}".encode(),
        "tenant_id": id_,
        "month": month,
        "monthly": True,
        "issued_on": OPENED,
        "expires_on": CLOSES,
    }
