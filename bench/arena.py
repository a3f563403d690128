"""A campaign with real Celery workers and the SES stand-in, on PostgreSQL and Redis."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

import psutil
import psycopg
from celery import Celery
from redis import Redis
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bench.stand_in import SandboxProcess
from campaigns.content.compile import compile_message
from campaigns.models import Campaign, CampaignState, Delivery, DeliveryState, Series
from campaigns.ses import account
from campaigns.writing import messages, samples
from checkin.databases import Side, upgrade_side
from kit import bulk
from kit.clock import utc_now
from kit.database import Database

POSTGRESQL = os.environ.get("CHECKIN_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
REDIS = os.environ.get("CHECKIN_BENCH_REDIS", "redis://127.0.0.1:6379/14")
MONTH = "2026-12"
WINDOW = timedelta(hours=48)
TOKEN = f"{'a' * 22}.{'b' * 43}"
COLUMNS = ("campaign_id", "address", "reply_link", "stop_link")
LONGEST = 900.0


@dataclass(frozen=True, slots=True)
class Run:
    """What sending a list took: wall and CPU seconds, and the workers' peak memory in bytes."""

    mails: int
    seconds: float
    worker_cpu: float
    database_cpu: float
    stand_in_cpu: float
    memory: int

    @property
    def rate(self) -> float:
        return self.mails / self.seconds


class Arena:
    """One campaign database and one Redis database of its own."""

    def __init__(self, name: str, stand_in: SandboxProcess) -> None:
        self.name, self.stand_in = name, stand_in
        self.url = f"{POSTGRESQL}/{name}"
        self.database = Database(self.url)
        self.redis = Redis.from_url(REDIS)
        self.environment = {
            **os.environ,
            **stand_in.environment,
            "CHECKIN_CAMPAIGN_DATABASE_URL": self.url,
            "CHECKIN_PLATFORM_DATABASE_URL": "none",
            "CHECKIN_BROKER_URL": REDIS,
        }

    def load(self, count: int, *, rate: float = 1e6) -> int:
        """Make a campaign in state `sending` with `count` queued mails; returns its id."""
        self.redis.flushdb()
        with self.database.writing() as session:
            session.execute(text("TRUNCATE deliveries, campaigns CASCADE"))
            campaign = Campaign(
                month=MONTH,
                series="bench",
                state=CampaignState.SENDING,
                send_at=utc_now(),
                window_seconds=int(WINDOW.total_seconds()),
                content_hash=_message(session),
                audience=count,
                frozen_at=utc_now(),
            )
            session.add(campaign)
            session.flush()
            bulk.insert_many(session, Delivery.__table__, COLUMNS, _rows(campaign.id, count))  # type: ignore[arg-type]
            limits = {"max_send_rate": rate, "daily_quota": -1.0, "sent_last_day": 0.0}
            account.store_limits(session, limits, now=utc_now())
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        return campaign.id

    @contextmanager
    def workers(
        self, count: int, app: str = "tasks", queue: str = "campaign"
    ) -> Iterator[list[int]]:
        """Run `count` worker processes for the block; it begins once they are ready."""
        command = [sys.executable, "-m", "celery", "-A", app, "worker", "-Q", queue, "-P", "solo"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "WARNING"]
        processes = [
            subprocess.Popen(
                [*command, *quiet, "-n", f"bench-{number}@%h"],
                env=self.environment,
                stderr=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
            for number in range(count)
        ]
        try:
            self._wait_for(app, count)
            yield [process.pid for process in processes]
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait()

    def send(self, campaign_id: int, workers: Sequence[int]) -> Run:
        """Send the whole campaign with the workers; returns what it took."""
        before = self._cpu(workers)
        app = Celery(broker=REDIS)
        for _ in workers:
            app.send_task("tasks.campaign.send", args=[campaign_id], queue="campaign")
        memory = self._watch(campaign_id, workers)
        worker, backend, ses = (
            then - now for now, then in zip(before, self._cpu(workers), strict=True)
        )
        mails, seconds = self._taken(campaign_id)
        return Run(mails, seconds, worker, backend, ses, memory)

    def _taken(self, campaign_id: int) -> tuple[int, float]:
        """Return the number of mails, and the seconds from the first claim to the last outcome."""
        span = func.max(Delivery.since) - func.min(Delivery.claimed_at)
        with self.database.reading() as session:
            mails, seconds = session.execute(
                select(func.count(), func.extract("epoch", span)).where(
                    Delivery.campaign_id == campaign_id
                )
            ).one()
        return mails, float(seconds)

    def _watch(self, campaign_id: int, workers: Sequence[int]) -> int:
        memory = 0
        ends = time.monotonic() + LONGEST
        open_mails = select(Delivery.id).where(
            Delivery.campaign_id == campaign_id, Delivery.state != DeliveryState.SENT
        )
        while time.monotonic() < ends:
            memory = max(memory, *map(_memory_of, workers))
            with self.database.reading() as session:
                if session.scalar(open_mails.limit(1)) is None:
                    return memory
            time.sleep(0.5)
        raise TimeoutError(f"{self.name} was not sent within {LONGEST:.0f} s")

    def _cpu(self, workers: Sequence[int]) -> tuple[float, float, float]:
        backends = [
            process.pid
            for process in psutil.process_iter(["cmdline"])
            if f" {self.name} " in " ".join(process.info["cmdline"] or ())
        ]
        return _cpu_of(workers), _cpu_of(backends), _cpu_of([self.stand_in.pid])

    def _wait_for(self, app: str, count: int) -> None:
        control = Celery(broker=REDIS).control
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            if len(control.ping(timeout=1.0)) >= count:
                return
        raise TimeoutError(f"the workers of {app} did not start")


@contextmanager
def arena(stand_in: SandboxProcess) -> Iterator[Arena]:
    """Make an arena with databases of its own, which are dropped afterwards.

    Raises:
        psycopg.OperationalError: PostgreSQL is not running.
    """
    name = f"checkin_bench_{os.getpid()}_sending"
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as server, ExitStack() as end:
        server.execute(f"CREATE DATABASE {name}".encode())
        end.callback(server.execute, f"DROP DATABASE {name} WITH (FORCE)".encode())
        upgrade_side(Side("campaign", f"{POSTGRESQL}/{name}"))
        place = Arena(name, stand_in)
        end.callback(place.database.dispose)
        end.callback(place.redis.close)
        end.callback(place.redis.flushdb)
        with place.database.writing() as session:
            session.add(
                Series(
                    name="bench",
                    rule="first-working-day",
                    send_time="10:00",
                    draft_days_ahead=14,
                    window_seconds=int(WINDOW.total_seconds()),
                )
            )
        yield place


def _message(session: Session) -> str:
    compiled = compile_message(samples.sample_content(MONTH), MONTH)
    messages.keep(session, compiled, now=utc_now())
    session.flush()
    return compiled.content_hash


def _rows(campaign_id: int, count: int) -> Iterator[tuple[object, ...]]:
    portal = "https://portal.example.org"
    for number in range(count):
        address = f"tenant-{number:08}@example.org"
        yield campaign_id, address, f"{portal}/r/{TOKEN}", f"{portal}/stop/{TOKEN}"


def _memory_of(pid: int) -> int:
    return int(psutil.Process(pid).memory_info().rss)


def _cpu_of(pids: Sequence[int]) -> float:
    spent = 0.0
    for pid in pids:
        try:
            times = psutil.Process(pid).cpu_times()
        except psutil.NoSuchProcess:
            continue
        spent += times.user + times.system
    return spent
