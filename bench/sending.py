"""How fast the engine sends, against the bare loop and against the usual design; and how even."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from statistics import median

import psycopg
from celery import Celery

from bench import stand_in, usual
from bench.arena import REDIS, TOKEN, Arena, Run, arena
from bench.rows import Measurement
from bench.stand_in import SandboxProcess
from tests.support.faulty_ses import accept_log

MAILS, USUAL_MAILS, ROUNDS = 20_000, 1_000, 3
FEW, MANY = 10_000, 1_000_000
RATES = (14, 50, 500)
SECONDS_A_RATE = 20


def measure(scale: float = 1.0) -> list[Measurement]:
    """On PostgreSQL and Redis; none where they are not there. `scale` shortens the million."""
    try:
        with stand_in.running() as ses, arena(ses) as place:
            return [*_speed(place, ses), *_growth(place, round(MANY * scale)), *_evenness(place)]
    except psycopg.OperationalError:
        return []


def _speed(place: Arena, ses: SandboxProcess) -> Iterator[Measurement]:
    bare, one, two, usually = [], [], [], []
    for _ in range(ROUNDS):
        bare.append(_bare(ses, MAILS))
        one.append(_engine(place, MAILS, workers=1))
        two.append(_engine(place, MAILS, workers=2))
        usually.append(_usual(place, USUAL_MAILS))
    speed = median(run.rate for run in one)
    yield _least("engine, one worker ÷ bare SendBulkEmail loop", 0.6, _pairs(one, bare))
    yield _least("engine, one worker ÷ one task and SendEmail a mail", 20, _pairs(one, usually))
    note = f"{speed:,.0f} mails/s with one worker, {median(run.rate for run in two):,.0f} with two"
    yield _least("two workers ÷ one, by CPU time a mail", 1.7, _scaling(one, two), note)


def _growth(place: Arena, many: int) -> Iterator[Measurement]:
    small = [_engine(place, FEW, workers=1) for _ in range(ROUNDS)]
    large = _engine(place, many, workers=1)
    cost = _cost(large) / median(map(_cost, small))
    memory = large.memory / median(run.memory for run in small)
    note = f"{_cost(large) * 1e6:.0f} µs of worker and database CPU a mail, {large.rate:,.0f}/s"
    yield Measurement(
        f"cost per mail at {many:,} ÷ at {FEW:,}", f"{cost:.2f}", "≤ 1.1", cost <= 1.1, note
    )
    note = f"{large.memory / 2**20:.0f} MB"
    yield Measurement(
        f"worker memory at {many:,} ÷ at {FEW:,}", f"{memory:.2f}", "≤ 1.1", memory <= 1.1, note
    )


def _evenness(place: Arena) -> Iterator[Measurement]:
    for rate in RATES:
        place.stand_in.control.account(max_send_rate=rate)
        campaign_id = place.load(rate * SECONDS_A_RATE, rate=rate)
        with place.workers(2) as pids:
            place.send(campaign_id, pids)
        moments = sorted(
            entry.monotonic
            for entry in accept_log.read(place.stand_in.accept_log)
            if entry.tag("campaign") == str(campaign_id)
        )
        yield _evenness_row(rate, moments)
    place.stand_in.control.account(max_send_rate=stand_in.UNLIMITED)


def _evenness_row(rate: int, moments: Sequence[float]) -> Measurement:
    steady = [at for at in moments if moments[0] + 1 <= at <= moments[-1] - 1]
    realised = (len(steady) - 1) / (steady[-1] - steady[0]) / rate
    fullest = _fullest_second(moments)
    return Measurement(
        f"realised rate ÷ MaxSendRate at {rate}/s",
        f"{realised:.3f}",
        "0.97–1.0, no second above",
        0.97 <= realised <= 1.0 and fullest <= rate,
        f"fullest second {fullest}, two workers",
    )


def _fullest_second(moments: Sequence[float]) -> int:
    """The most recipients in any window of one second."""
    fullest = first = 0
    for last, at in enumerate(moments):
        while at - moments[first] >= 1.0:
            first += 1
        fullest = max(fullest, last - first + 1)
    return fullest


def _bare(ses: SandboxProcess, count: int) -> Run:
    printed = subprocess.run(
        [sys.executable, "-m", "bench.bare", str(count)],
        env={**os.environ, **ses.environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    spent = json.loads(printed)
    return Run(count, spent["seconds"], spent["cpu"], 0.0, 0.0, 0)


def _engine(place: Arena, count: int, *, workers: int) -> Run:
    campaign_id = place.load(count)
    with place.workers(workers) as pids:
        return place.send(campaign_id, pids)


def _usual(place: Arena, count: int) -> Run:
    with psycopg.connect(place.url, autocommit=True) as database:
        database.execute(usual.TABLE.encode())
        database.execute("TRUNCATE usual_mails")
        app = Celery(broker=REDIS)
        reply, stop = f"https://portal.example.org/r/{TOKEN}", f"https://portal.example.org/{TOKEN}"
        with place.workers(1, app="bench.usual", queue="usual"):
            for number in range(count):
                arguments = [f"tenant-{number:08}@example.org", reply, stop]
                app.send_task("usual.mail", args=arguments, queue="usual")
            while _counted(database) < count:
                time.sleep(0.5)
        seconds = database.execute(
            "SELECT extract(epoch FROM max(sent_at) - min(sent_at)) FROM usual_mails"
        ).fetchone()
    assert seconds is not None
    return Run(count, float(seconds[0]), 0.0, 0.0, 0.0, 0)


def _counted(database: psycopg.Connection) -> int:
    row = database.execute("SELECT count(*) FROM usual_mails").fetchone()
    return int(row[0]) if row else 0


def _cost(run: Run) -> float:
    return (run.worker_cpu + run.database_cpu) / run.mails


def _pairs(runs: Sequence[Run], others: Sequence[Run]) -> list[float]:
    return [run.rate / other.rate for run, other in zip(runs, others, strict=True)]


def _scaling(one: Sequence[Run], two: Sequence[Run]) -> list[float]:
    """On a machine whose cores the stand-in shares, wall time cannot tell: CPU a mail can."""
    return [2 * _cost(single) / _cost(double) for single, double in zip(one, two, strict=True)]


def _least(name: str, target: float, ratios: Sequence[float], note: str = "") -> Measurement:
    value = median(ratios)
    seen = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    return Measurement(
        name, f"{value:.2f}", f"≥ {target}", value >= target, note or f"rounds: {seen}"
    )
