"""Celery tasks of the campaign side: each wraps one plain function. Messages carry ids only."""

import time
from collections.abc import Callable, Iterable
from functools import partial

from celery.signals import worker_process_init

from campaigns import engine, erasure
from campaigns.models import CampaignJob
from campaigns.planning import letters, notices, reminders, step_notices
from campaigns.planning.notices import Notice
from campaigns.sending import feedback, restore_detection, set_aside, worker
from campaigns.ses import sender_identity
from campaigns.watching import dangers
from kit.log import get_logger
from tasks import campaign_side as side
from tasks import turns
from tasks.app import app
from tasks.aws_access import hand_on
from tasks.process import current

SLICE_SECONDS = 10.0
LANES = 4
"""Send tasks enqueued for each campaign at each tick: so many workers can share one campaign."""

log = get_logger(__name__)


@worker_process_init.connect
def _load_early(**_: object) -> None:
    """Build what a worker needs; runs after `tasks.app` dropped what the parent had built."""
    if current().has_campaign_side:
        side.load_early()


@app.task(name="tasks.campaign.tick")
def tick() -> None:
    """Advance each campaign to its next state and enqueue send tasks for those that may send."""
    if side.is_duplicate(CampaignJob.TICK, tick.name):
        return
    with side.beating(CampaignJob.TICK):
        if side.ses_access().is_refused():
            engine.each(PARTS)
            ask_ses.delay()
        else:
            engine.each({**PARTS, **WITH_SES})


@app.task(name="tasks.campaign.send")
def send(campaign_id: int, asked_at: str = "") -> None:
    """Send one campaign for up to ten seconds; enqueue the task again if mails are left."""
    if turns.is_outdated(asked_at, clock=side.campaign_clock()):
        return
    access, seconds = side.ses_access(), min(SLICE_SECONDS, current().tick.total_seconds())
    if not access.is_refused() and worker.run(side.send_context(), campaign_id, seconds=seconds):
        _ask_to_send(campaign_id)
    elif access.is_refused():
        hand_on(campaign_id, asked_at=asked_at, clock=side.campaign_clock())


@app.task(name="tasks.campaign.ask_ses")
def ask_ses(asked_at: str = "") -> None:
    """The parts of a tick that need SES, after a worker did a tick that SES refuses."""
    if side.ses_access().is_refused():
        hand_on(asked_at=asked_at, clock=side.campaign_clock())
    else:
        engine.each(WITH_SES)


@app.task(name="tasks.campaign.poll_feedback")
def poll_feedback(asked_at: str = "") -> None:
    """Record the SES events in the queue, for at most one tick."""
    queue_url = current().ses_events_queue_url
    if not queue_url:
        return
    if side.sqs_access().is_refused():
        hand_on(asked_at=asked_at, clock=side.campaign_clock())
    elif not side.is_duplicate(CampaignJob.FEEDBACK, poll_feedback.name):
        _poll(queue_url)


def _poll(queue_url: str) -> None:
    ends = time.monotonic() + current().tick.total_seconds()
    with side.beating(CampaignJob.FEEDBACK), side.sqs_access().heeding():
        set_aside.take_again(side.campaign_database(), clock=side.campaign_clock())
        while time.monotonic() < ends and feedback.poll(
            side.campaign_database(),
            side.sqs(),
            queue_url,
            mark=side.high_water_mark(),
            clock=side.campaign_clock(),
        ):
            pass


def _advance() -> None:
    database, clock = side.campaign_database(), side.campaign_clock()
    restore_detection.watch(database, side.high_water_mark(), clock=clock)
    engine.advance(database, clock=clock)


def _enqueue_sends() -> None:
    due = engine.to_send(side.campaign_database())
    log.info("tick", campaigns=due)
    for campaign_id in due:
        for _ in range(LANES):
            _ask_to_send(campaign_id)


def _look_at_sender() -> None:
    clock, address = side.campaign_clock(), current().from_address
    sender_identity.refresh(side.campaign_database(), side.ses(), address, clock=clock)


def _keep_up() -> None:
    chosen = current()
    database, clock = side.campaign_database(), side.campaign_clock()
    periods = engine.Periods(chosen.claim_lease, chosen.unknown_grace, chosen.keep_deliveries)
    engine.upkeep(database, periods, clock=clock)


def _refresh_limits() -> None:
    engine.refresh_limits(side.campaign_database(), side.ses(), clock=side.campaign_clock())


def _remind_staff() -> None:
    _tell_staff(reminders.due)


def _warn_staff() -> None:
    _tell_staff(partial(dangers.due, grace=current().unknown_grace))


def _tell_staff(due: Callable[..., Iterable[Notice]]) -> None:
    chosen = current()
    notices.send_due(
        side.campaign_database(),
        side.send_context().client,
        due,
        sender=chosen.from_address,
        console_url=chosen.console_url,
        clock=side.campaign_clock(),
    )


def _tell_of_steps() -> None:
    chosen = current()
    step_notices.tell(
        side.campaign_database(),
        partial(letters.send, side.send_context().client, sender=chosen.from_address),
        console_url=chosen.console_url,
        clock=side.campaign_clock(),
    )


def _erase_addresses() -> None:
    database, clock = side.campaign_database(), side.campaign_clock()
    if erased := erasure.erase_waiting(database, key=side.digest_key, clock=clock):
        log.info("addresses were erased", count=erased)


def _empty_log() -> None:
    side.campaign_database().empty_log()


def _ask_to_send(campaign_id: int) -> None:
    send.delay(campaign_id, side.campaign_clock()().isoformat())


PARTS = {
    "advance": _advance,
    "sends": _enqueue_sends,
    "clock": side.look_at_clock,
    "broker": side.look_at_broker,
    "upkeep": _keep_up,
    "erasures": _erase_addresses,
    "log": _empty_log,
}
"""Sending comes first in a tick, and no part ends another."""

WITH_SES = {
    "limits": _refresh_limits,
    "sender": _look_at_sender,
    "reminders": _remind_staff,
    "warnings": _warn_staff,
    "steps": _tell_of_steps,
}
"""What is left to another worker where SES refuses this one."""
