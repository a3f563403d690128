"""One tick of the campaign side: everything that is due by the clock, each step a transaction."""

from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from campaigns import retention
from campaigns.models import Heartbeat, Job
from campaigns.planning import series
from campaigns.sending import deliveries, lifecycle, settlement
from campaigns.ses import account
from kit import heartbeats
from kit.clock import Clock
from kit.database import Database
from kit.log import get_logger

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

log = get_logger(__name__)


def tick(
    database: Database,
    client: "SESV2Client",
    *,
    clock: Clock,
    lease: timedelta,
    grace: timedelta,
    keep: timedelta,
) -> list[int]:
    """Do what is due and return the ids of the campaigns to send now."""
    with database.writing() as session:
        series.open_drafts(session, now=clock())
    refresh_limits(database, client, clock=clock)
    with database.writing() as session:
        now = clock()
        expired = deliveries.expire_leases(session, before=now - lease, now=now)
        settlement.settle(session, grace=grace, now=now)
    if expired:
        log.warning("claims without an outcome are unknown now", count=expired)
    with database.writing() as session:
        retention.purge(session, keep=keep, now=clock())
    with database.writing() as session:
        account.end_expired_pause(session, now=clock())
        return lifecycle.advance(session, now=clock())


def refresh_limits(database: Database, client: "SESV2Client", *, clock: Clock) -> None:
    """Ask SES for its limits where ours are old. SES's silence leaves the old ones to run out."""
    with database.writing() as session:
        if not account.are_limits_stale(session, now=clock()):
            return
    try:
        found = account.read_limits(client)
    except (BotoCoreError, ClientError) as error:
        code = heartbeats.code_of(error)
        log.warning("SES did not say its limits", error=code)
        with database.writing() as session:
            heartbeats.failed(session, Heartbeat, Job.LIMITS, trouble=code)
        return
    with database.writing() as session:
        account.store_limits(session, found, now=clock())
        heartbeats.done(session, Heartbeat, Job.LIMITS, now=clock())
