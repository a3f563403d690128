"""Runs of the suite: start everything, break everything, let it settle, and count.

python -m tests.chaos.run --seed 7 --runs 3 --mode all
"""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from campaigns.sending import control
from checkin.databases import Side, upgrade_side
from kit.database import Database
from tests.chaos import broker, checker, cluster, faults, fleet, month, stand_in
from tests.chaos.checker import Count
from tests.chaos.faults import DATABASE, FAULTS, ChaosMonth, Step
from tests.support.faulty_ses import accept_log

MAILS = 2000
RATE = 80.0
WORKERS = 3
FIRE_SECONDS = 20.0
TICK, LEASE, GRACE = 3, 4, 30
"""Seconds. A message to send is dropped once it is a tick old, so a tick must last longer than a
message waits on a busy machine. The grace outlasts the fire, and the faults that last beyond it: or
else one that waits for a mail to strike would find one that is being sent once more, which is never
sent a third time.
"""
CALM_SECONDS = 300.0
"""For how long nothing may change before a run is called unsettled."""
GLANCE = 0.25
MODES: dict[str, dict[str, float]] = {
    "arriving": stand_in.EVENTS_ARRIVE,
    "dropped": {**stand_in.EVENTS_ARRIVE, "drop": 0.2},
    "restored": stand_in.EVENTS_ARRIVE,
    "cancelled": stand_in.EVENTS_ARRIVE,
}
ONCE = {"restored": faults.RESTORED, "cancelled": faults.CANCELLED}
SKEWS = (0.0, 3600.0, -3600.0, 240.0, -240.0)
"""Seconds. SES refuses a request that is signed more than five minutes off."""

HEADING = (
    "seed  mode      clock   seconds  mails  twice  missing  held  (mailed)  unsent  deadlocks\n"
)


@dataclass(frozen=True, slots=True)
class Order:
    """What to run: everything that a seed decides, and how large it is."""

    seed: int
    mode: str = "arriving"
    mails: int = MAILS
    rate: float = RATE
    workers: int = WORKERS
    seconds: float = FIRE_SECONDS
    kinds: Collection[str] = tuple(FAULTS)
    command: Sequence[str] = fleet.CELERY

    @property
    def skew(self) -> float:
        """By how many seconds the first worker's wall clock is wrong."""
        return SKEWS[self.seed % len(SKEWS)] if self.workers > 1 else 0.0

    @property
    def steps(self) -> Sequence[Step]:
        once = ONCE.get(self.mode)
        return faults.plan(self.seed, seconds=self.seconds, kinds=self.kinds, once=once)


@dataclass(frozen=True, slots=True)
class Result:
    """One run: what was done to it and how it was judged."""

    is_settled: bool
    verdict: Count
    seconds: float
    hits: dict[str, int]
    order: Order
    deadlocks: int

    @property
    def is_good(self) -> bool:
        """Clean, settled, without a deadlock, and where every event arrived nothing held that could
        be sent again; nobody is unsent whom SES did not refuse, but in a month that is cancelled.
        """
        held = self.verdict.held_too_early if self.order.mode == "arriving" else 0
        refused = sum(self.hits.get(f"sends struck: {status}", 0) for status in faults.FINAL)
        is_excused = self.order.mode == "cancelled" or self.verdict.unsent <= refused
        wrong = held or self.deadlocks or not is_excused
        return self.verdict.is_clean and self.is_settled and not wrong


def run(order: Order, folder: Path) -> Result:
    """Send one month under fire; logs and the accept log are left in `folder`."""
    began = time.monotonic()
    with ExitStack() as stack:
        database, world = _staged(order, folder, stack)
        addresses = month.roster(order.mails)
        month.hand_over(database, addresses)
        stack.enter_context(fleet.running(world.fleet))
        _under_fire(world, order.steps)
        is_settled = _calm(world, database, order)
        world.fleet.end()
        hits = world.hits | world.stand_in.evidence()
        accepted = accept_log.read(world.stand_in.log)
        verdict = checker.judge(
            addresses,
            accepted,
            held=month.held(database),
            unsent=month.unsent(database),
            staff=[month.STAFF],
        )
        deadlocks = world.cluster.deadlocks()
    return Result(is_settled, verdict, time.monotonic() - began, hits, order, deadlocks)


def _staged(order: Order, folder: Path, stack: ExitStack) -> tuple[Database, ChaosMonth]:
    """Start everything but the fleet."""
    postgresql = stack.enter_context(cluster.running())
    redis = stack.enter_context(broker.running(folder))
    feed = MODES[order.mode]
    provider = stack.enter_context(
        stand_in.running(folder, rate=order.rate, seed=order.seed, feed=feed)
    )
    database = _database(postgresql.create(DATABASE), stack)
    crew = fleet.Fleet(
        folder,
        provider.environment | _environment(postgresql, redis),
        workers=order.workers,
        skew=order.skew,
        command=order.command,
    )
    return database, ChaosMonth(postgresql, redis, provider, crew, folder, database)


def _database(url: str, stack: ExitStack) -> Database:
    upgrade_side(Side("campaign", url))
    database = Database(url)
    stack.callback(database.dispose)
    return database


def _environment(postgresql: cluster.Cluster, redis: broker.Broker) -> dict[str, str]:
    return {
        "CHECKIN_CAMPAIGN_DATABASE_URL": postgresql.url(DATABASE),
        "CHECKIN_PLATFORM_DATABASE_URL": "none",
        "CHECKIN_BROKER_URL": redis.url,
        "CHECKIN_TICK": f"{TICK}s",
        "CHECKIN_CLAIM_LEASE": f"{LEASE}s",
        "CHECKIN_UNKNOWN_GRACE": f"{GRACE}s",
    }


def _under_fire(world: ChaosMonth, steps: Sequence[Step]) -> None:
    """Do each step at its moment, counted from the first accepted mail."""
    began = _first_mail(world)
    for step in steps:
        while time.monotonic() - began < step.at:
            world.fleet.tend()
            time.sleep(0.05)
        step.act(world, step.pick)
        if not step.is_end:
            world.hits[step.kind] = world.hits.get(step.kind, 0) + 1
    world.stand_in.control.clear_faults()


def _first_mail(world: ChaosMonth) -> float:
    ends = time.monotonic() + CALM_SECONDS
    while world.stand_in.control.counters()["accepted"] == 0 and time.monotonic() < ends:
        time.sleep(GLANCE)
    return time.monotonic()


def _calm(world: ChaosMonth, database: Database, order: Order) -> bool:
    """Wait until nothing is open, or only what is held and stays so; False if it never comes.

    Then the fleet is at its end: what it did between two looks would count as missing. A busy
    machine may take its time, as long as mails are settled or fewer events wait.
    """
    steady_since, before = time.monotonic(), {"": 0}
    progress_at, fewest = time.monotonic(), _waiting_events(world)
    while time.monotonic() < max(progress_at, steady_since) + CALM_SECONDS:
        world.fleet.tend()
        with suppress(DBAPIError):
            now = month.standing(database)
            if now != before:
                before, steady_since = now, time.monotonic()
            if (waiting := _waiting_events(world)) < fewest:
                fewest, progress_at = waiting, time.monotonic()
            if order.mode == "cancelled":
                month.ordered(database, control.cancel)
            if any(now[state] for state in month.ON_THE_WAY):
                month.ordered(database, control.resume)
            elif not now["unknown"] or _stays_held(database, order.mode, steady_since):
                world.fleet.end()
                if month.standing(database) == now:
                    return True
        time.sleep(GLANCE)
    return False


def _waiting_events(world: ChaosMonth) -> int:
    queue = world.stand_in.control.counters()["queue"]
    return int(queue["visible"] + queue["in_flight"] + queue["delayed"])


def _stays_held(database: Database, mode: str, steady_since: float) -> bool:
    """Where events arrive, only what was sent once more already may stay held; in a month that is
    cancelled, nothing."""
    if mode == "cancelled" or time.monotonic() - steady_since < GRACE + LEASE:
        return False
    return mode != "arriving" or all(month.held(database).values())


def mode_of(seed: int) -> str:
    """A seed's own mode: as many seeds as there are modes, from a multiple of that on, have one
    each."""
    return list(MODES)[(seed + seed // len(MODES)) % len(MODES)]


def _runs(seed: int, count: int, mode: str, mails: int) -> Iterator[Result]:
    for number in range(count):
        folder = Path(tempfile.mkdtemp(prefix=f"checkin-chaos-{seed + number}-"))
        chosen = mode_of(seed + number) if mode == "all" else mode
        result = run(Order(seed + number, chosen, mails), folder)
        if result.is_good:
            shutil.rmtree(folder)
        else:
            sys.stderr.write(f"seed {result.order.seed}: look into {folder}\n")
        yield result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 3_000 * len(MODES))
    parser.add_argument("--runs", type=int, default=len(MODES))
    parser.add_argument("--mode", choices=[*MODES, "all"], default="all")
    parser.add_argument("--mails", type=int, default=MAILS)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended; what was started is gone."))
    sys.stdout.write(HEADING)
    results: list[Result] = []
    try:
        for result in _runs(chosen.seed, chosen.runs, chosen.mode, chosen.mails):
            results.append(result)
            _print(result)
    finally:
        _print_evidence(results)
    return 0 if all(result.is_good for result in results) else 1


def _print(result: Result) -> None:
    order, verdict = result.order, result.verdict
    sys.stdout.write(
        f"{order.seed:<5} {order.mode:<9} {order.skew:+6.0f}  {result.seconds:7.0f}"
        f"  {verdict.recipients:5}  {len(verdict.duplicates):5}  {len(verdict.missing):7}"
        f"  {verdict.held:4}  {verdict.held_though_mailed:8}"
        f"  {verdict.unsent:6}  {result.deadlocks:9}"
        f"{'' if result.is_settled else '  not settled in time'}\n"
    )
    sys.stdout.flush()


def _print_evidence(results: Sequence[Result]) -> None:
    """How often each fault was done or struck, over all runs."""
    total: Counter[str] = sum((Counter(result.hits) for result in results), Counter())
    sys.stdout.write(
        "\n" + "".join(f"{count:6}  {kind}\n" for kind, count in sorted(total.items()))
    )


if __name__ == "__main__":
    sys.exit(main())
