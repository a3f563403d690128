"""Celery tasks of the campaign side: each wraps one plain function. Messages carry ids only."""

import time
from functools import partial

from celery.signals import worker_process_init

from campaigns import engine
from campaigns.models import CampaignJob
from campaigns.planning import letters, notices, reminders, step_notices
from campaigns.sending import feedback, restore_detection, set_aside, worker
from campaigns.ses import sender_identity
from campaigns.watching import dangers
from kit.log import get_logger
from tasks import campaign_side as side
from tasks import turns
from tasks.app import app
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
        side.look_at_clock()
        _send_what_is_due()
        side.look_at_broker()
        _keep_up()
        side.campaign_database().empty_log()
        _tell_staff()


@app.task(name="tasks.campaign.send")
def send(campaign_id: int, asked_at: str = "") -> None:
    """Send one campaign for up to ten seconds; enqueue the task again if mails are left."""
    if turns.is_outdated(asked_at, clock=side.campaign_clock()):
        return
    seconds = min(SLICE_SECONDS, current().tick.total_seconds())
    if worker.run(side.send_context(), campaign_id, seconds=seconds):
        _ask_to_send(campaign_id)


@app.task(name="tasks.campaign.poll_feedback")
def poll_feedback() -> None:
    """Record the SES events in the queue, for at most one tick."""
    chosen = current()
    if not chosen.ses_events_queue_url or side.is_duplicate(
        CampaignJob.FEEDBACK, poll_feedback.name
    ):
        return
    ends = time.monotonic() + chosen.tick.total_seconds()
    with side.beating(CampaignJob.FEEDBACK):
        set_aside.take_again(side.campaign_database(), clock=side.campaign_clock())
        while time.monotonic() < ends and feedback.poll(
            side.campaign_database(),
            side.sqs(),
            chosen.ses_events_queue_url,
            mark=side.high_water_mark(),
            clock=side.campaign_clock(),
        ):
            pass


def _send_what_is_due() -> None:
    """Advance the campaigns; first in a tick, so that nothing else can delay sending."""
    database, clock = side.campaign_database(), side.campaign_clock()
    restore_detection.watch(database, side.high_water_mark(), clock=clock)
    due = engine.advance(database, clock=clock)
    log.info("tick", campaigns=due)
    for campaign_id in due:
        for _ in range(LANES):
            _ask_to_send(campaign_id)


def _keep_up() -> None:
    chosen = current()
    database, clock = side.campaign_database(), side.campaign_clock()
    sender_identity.refresh(database, side.ses(), chosen.from_address, clock=clock)
    periods = engine.Periods(chosen.claim_lease, chosen.unknown_grace, chosen.keep_deliveries)
    engine.upkeep(database, side.ses(), periods, clock=clock)


def _tell_staff() -> None:
    chosen = current()
    for due in (reminders.due, partial(dangers.due, grace=chosen.unknown_grace)):
        notices.send_due(
            side.campaign_database(),
            side.send_context().client,
            due,
            sender=chosen.from_address,
            console_url=chosen.console_url,
            clock=side.campaign_clock(),
        )
    step_notices.tell(
        side.campaign_database(),
        partial(letters.send, side.send_context().client, sender=chosen.from_address),
        console_url=chosen.console_url,
        clock=side.campaign_clock(),
    )


def _ask_to_send(campaign_id: int) -> None:
    send.delay(campaign_id, side.campaign_clock()().isoformat())
