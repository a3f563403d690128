"""What may go wrong, and a seeded plan of when. A fault that lasts has an end of its own."""

import signal
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psutil

from campaigns.sending import control
from campaigns.ses import verdicts
from campaigns.ses.verdicts import Verdict
from kit.database import Database
from sandbox.account import State
from tests.chaos import month
from tests.chaos.broker import Broker
from tests.chaos.cluster import Cluster
from tests.chaos.fleet import Fleet
from tests.chaos.stand_in import LoggedSandbox
from tests.support.faulty_ses.faults import STATUSES

DATABASE = "campaign"
SLOW = 2.5
MIXED_MAX = 12
REFUSALS = [status for status in STATUSES if status != "SUCCESS"]
FINAL = [
    status for status, meaning in verdicts.STATUSES.items() if meaning.verdict is Verdict.REFUSED
]


@dataclass
class ChaosMonth:
    """Everything a fault may reach. `hits` counts those that were done."""

    cluster: Cluster
    broker: Broker
    stand_in: LoggedSandbox
    fleet: Fleet
    folder: Path
    database: Database
    hits: dict[str, int] = field(default_factory=dict)

    @property
    def snapshot(self) -> Path:
        return self.folder / "snapshot.dump"


Act = Callable[[ChaosMonth, float], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is done, and after `lasts` seconds undone. The number picks the victim, 0 to 1."""

    begin: Act
    end: Act | None = None
    lasts: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, `at` seconds after the first mail."""

    at: float
    kind: str
    act: Act
    pick: float
    is_end: bool = False


def _signal_worker(number: signal.Signals) -> Act:
    def act(world: ChaosMonth, pick: float) -> None:
        world.fleet.workers[int(pick * len(world.fleet.workers))].signal(number)

    return act


def _signal_all_of_a_worker(number: signal.Signals) -> Act:
    def act(world: ChaosMonth, pick: float) -> None:
        worker = world.fleet.workers[int(pick * len(world.fleet.workers))]
        worker.signal(number)
        for child in worker.children():
            with suppress(psutil.NoSuchProcess):
                child.send_signal(number)

    return act


def _kill_child(world: ChaosMonth, pick: float) -> None:
    children = [child for worker in world.fleet.workers for child in worker.children()]
    if children:
        with suppress(psutil.NoSuchProcess):
            children[int(pick * len(children))].kill()


def _kill_beat(world: ChaosMonth, pick: float) -> None:
    world.fleet.beats[int(pick * len(world.fleet.beats))].signal(signal.SIGKILL)


def _at_ses(kind: str, *, count: int = 2, **settings: float | str) -> Fault:
    def act(world: ChaosMonth, _pick: float) -> None:
        world.stand_in.control.fault(kind, count=count, **settings)

    return Fault(act)


def _pause_account(world: ChaosMonth, _pick: float) -> None:
    world.stand_in.control.account(state=State.PAUSED)


def _resume_account(world: ChaosMonth, pick: float) -> None:
    world.stand_in.control.account(state=State.ENABLED)
    _staff(control.resume)(world, pick)


def _staff(order: Callable[..., None]) -> Act:
    def act(world: ChaosMonth, _pick: float) -> None:
        month.ordered(world.database, order)

    return act


def _answer_each_apart(world: ChaosMonth, pick: float) -> None:
    """Some entries at the beginning, at the end and anywhere in the next requests get a status of
    their own, of all that SES has; as many in one request as pause a month, too."""
    random = Random(pick)
    for place in ("first", "last", None):
        size = random.randint(1, MIXED_MAX)
        which = {} if place is None else {place: size}
        world.stand_in.control.status(random.choice(REFUSALS), count=size, **which)


FAULTS: Mapping[str, Fault] = {
    "worker killed": Fault(_signal_worker(signal.SIGKILL)),
    "worker's child killed": Fault(_kill_child),
    "beat killed": Fault(_kill_beat),
    "worker frozen past its lease": Fault(
        _signal_all_of_a_worker(signal.SIGSTOP), _signal_all_of_a_worker(signal.SIGCONT), 6.0
    ),
    "Redis flushed": Fault(lambda world, _: world.broker.flush()),
    "Redis killed": Fault(
        lambda world, _: world.broker.crash(), lambda world, _: world.broker.start(), 1.5
    ),
    "PostgreSQL sessions cut": Fault(lambda world, _: world.cluster.cut_sessions(DATABASE)),
    "PostgreSQL killed": Fault(
        lambda world, _: world.cluster.crash(), lambda world, _: world.cluster.start(), 1.5
    ),
    "SES answer lost": _at_ses("drop-after", count=3),
    "SES answer lost midway": _at_ses("drop-midway"),
    "SES connection lost before": _at_ses("drop-before"),
    "SES error before": _at_ses("error-before", status=503),
    "SES error after": _at_ses("error-after", status=500),
    "SES throttles": _at_ses("throttle", count=5),
    "SES slow before": _at_ses("slow-before", seconds=SLOW),
    "SES slow after": _at_ses("slow-after", seconds=SLOW),
    "statuses mixed in a batch": Fault(_answer_each_apart, _staff(control.resume), 3.0),
    "statuses mixed once more": Fault(_answer_each_apart, _staff(control.resume), 3.0),
    "account paused": Fault(_pause_account, _resume_account, 2.0),
    "staff pause": Fault(_staff(control.pause), _staff(control.resume), 2.0),
    "staff resume": Fault(_staff(control.resume)),
}
CANCELLED, RESTORED = "month cancelled", "database restored"
ONCE = {
    CANCELLED: Fault(_staff(control.cancel)),
    RESTORED: Fault(
        lambda world, _: world.cluster.snapshot(DATABASE, world.snapshot),
        lambda world, _: world.cluster.restore(DATABASE, world.snapshot),
        6.0,
    ),
}
ALONE = {"PostgreSQL killed", "PostgreSQL sessions cut", "Redis killed", "Redis flushed", RESTORED}
"""Kinds that must not overlap: nobody flushes, or restores into, a server that is down."""


def plan(
    seed: int, *, seconds: float, kinds: Collection[str] = tuple(FAULTS), once: str | None = None
) -> list[Step]:
    """Each kind once, in an order and at moments that the seed decides; the steps in time.

    `once` is what only runs of a mode of their own do. One that restores a snapshot leaves the
    servers up, or there would be nothing to restore into.
    """
    random = Random(seed)
    faults = {kind: FAULTS[kind] for kind in kinds}
    if once == RESTORED:
        faults = {kind: fault for kind, fault in faults.items() if kind not in ALONE}
    if once is not None:
        faults[once] = ONCE[once]
    steps: list[Step] = []
    free_from = 0.0
    for kind in random.sample(sorted(faults), len(faults)):
        fault, at, pick = faults[kind], random.uniform(0, seconds), random.random()
        if kind in ALONE:
            at = free_from + random.uniform(0.5, seconds / len(ALONE))
            free_from = at + fault.lasts
        steps.append(Step(at, kind, fault.begin, pick))
        if fault.end is not None:
            steps.append(Step(at + fault.lasts, kind, fault.end, pick, is_end=True))
    return sorted(steps, key=lambda step: step.at)
