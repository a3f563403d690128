"""One month and what befalls it: most of it sent and heard of, then a life, then the ticks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update

from campaigns import engine
from campaigns.models import Campaign, Delivery
from campaigns.sending import deliveries, feedback, restore_detection, worker
from campaigns.ses import account
from campaigns.ses.transport import Outcome
from campaigns.ses.verdicts import Verdict
from kit.database import Database
from tests.support.dying_worker import RATE, Clients, Life, Outside, live
from tests.support.sending import KeptMark, ManualClock, address, send_context, sending_campaign

BEFORE, SIZE = 40, 60
LEASE, GRACE, KEEP = timedelta(minutes=2), timedelta(hours=1), timedelta(days=90)
ROUNDS = 6
EDGES = {
    f"{side} {what}"
    for side in ("before", "after")
    for what in (
        "a commit",
        "a post",
        "a receipt",
        "a deletion",
        "a mark outside",
    )
}

Meddling = Callable[[Database, int], None]


def nobody_meddles(_database: Database, _campaign_id: int) -> None:
    """The engine as it is."""


@dataclass
class Story:
    """One month: most of it sent and heard of already, then a life, then the ticks."""

    database: Database
    clock: ManualClock
    month: str
    posts_at_once: int
    outside: Outside = field(default_factory=Outside)
    memory: KeptMark = field(default_factory=KeptMark)
    campaign_id: int = 0

    def begin(self) -> None:
        now = self.clock.now
        self.campaign_id = sending_campaign(self.database, now, size=SIZE, month=self.month)
        limits = {"max_send_rate": RATE, "daily_quota": -1.0, "sent_last_day": 0.0}
        with self.database.writing() as session:
            account.store_limits(session, limits, now=now)
            claim = deliveries.claim(
                session, campaign_id=self.campaign_id, after=0, limit=BEFORE, now=now
            )
            ids = [mail.delivery_id for mail in claim.mails]
            outcomes = [Outcome(number, Verdict.ACCEPTED, f"ses-{number}") for number in ids]
            deliveries.record(session, claim.attempt_id, outcomes, now=now)
            session.execute(
                update(Delivery).where(Delivery.id.in_(ids)).values(feedback="delivery")
            )
        self.outside.accepted.update(mail.address for mail in claim.mails)

    def live(self, life: Life) -> None:
        live(self.database, self.outside, self.memory, life, self._work)

    def go_on(self, meddle: Meddling) -> None:
        """What the next workers and ticks make of it."""
        meddle(self.database, self.campaign_id)
        for _ in range(ROUNDS):
            self.clock.turn(minutes=65)
            self.live(Life())
            if self._state() == "sent":
                return

    def problems(self) -> list[str]:
        expected = {address(number): 1 for number in range(1, SIZE + 1)}
        found = [f"{who} {times}" for who, times in self.outside.accepted.items() if times != 1] + [
            f"{who} missing" for who in expected.keys() - self.outside.accepted.keys()
        ]
        state = self._state()
        return found if state == "sent" else [*found, f"the month is {state}"]

    def _state(self) -> str | None:
        with self.database.reading() as session:
            return session.scalar(select(Campaign.state).where(Campaign.id == self.campaign_id))

    def _work(self, clients: Clients) -> None:
        """A tick, a slice and a poll, as the tasks do them."""
        restore_detection.watch(self.database, clients.mark, clock=self.clock)
        engine.tick(
            self.database,
            clients,  # type: ignore[arg-type]
            clock=self.clock,
            lease=LEASE,
            grace=GRACE,
            keep=KEEP,
        )
        at = send_context(
            self.database,
            clients,  # type: ignore[arg-type]
            self.clock,
            mark=clients.mark,
            posts_at_once=self.posts_at_once,
        )
        worker.run(at, self.campaign_id, seconds=60)
        while feedback.poll(
            self.database,
            clients,  # type: ignore[arg-type]
            "queue",
            mark=clients.mark,
            clock=self.clock,
        ):
            pass


def story(database: Database, now: datetime, number: int, posts_at_once: int = 1) -> Story:
    """A story in a month of its own, far from those whose drafts the engine opens by itself."""
    month = f"{2126 + number // 12}-{number % 12 + 1:02}"
    told = Story(database, ManualClock(now), month, posts_at_once)
    told.begin()
    return told


def walk(
    database: Database,
    now: datetime,
    meddle: Meddling,
    *,
    every: int = 1,
    posts_at_once: int = 1,
) -> dict[str, str]:
    """End a life at each edge; `{edge: first problem}` of those that were not mended.

    With several posts at once the edges come in any order, and each run walks another.
    """
    whole = Life()
    story(database, now, 0, posts_at_once).live(whole)
    assert set(whole.passed) == EDGES
    found = {}
    for number in range(1, len(whole.passed) + 1, every):
        told, life = story(database, now, number, posts_at_once), Life(ends_at=number)
        told.live(life)
        told.go_on(meddle)
        if problems := told.problems():
            found[f"{number}: {whole.passed[number - 1]}"] = problems[0]
    return found
