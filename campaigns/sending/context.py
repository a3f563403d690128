"""What a worker sends with, and what it sends: put together before it begins."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from campaigns.models import Campaign, CampaignState, Message
from campaigns.sending.high_water_mark import HighWaterMark
from campaigns.ses import account
from campaigns.ses.rate_limiter import RateLimiter
from campaigns.ses.transport import BulkTransport, Envelope
from kit.clock import Clock
from kit.database import Database
from kit.log import get_logger

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SendContext:
    """What a worker sends with. `clock` is the campaign database's.

    `digest_key` reads the key of the digests of erased addresses, where there are any.
    `posts_at_once`: requests one worker has on their way to SES; at four, answers that take a
    quarter of a second still let 800 mails a second go. `on_refusal` is told the code when SES
    refuses this worker, or is not reached by it.
    """

    database: Database
    client: "SESV2Client"
    rate_limiter: RateLimiter
    mark: HighWaterMark
    clock: Clock
    sender: str
    digest_key: Callable[[], bytes]
    reply_to: str | None = None
    configuration_set: str | None = None
    own_rate: float | None = None
    lease: timedelta = timedelta(minutes=2)
    posts_at_once: int = 4
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    on_refusal: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class SendJob:
    """One campaign as it stands when a worker begins with it."""

    campaign_id: int
    transport: BulkTransport
    not_after: datetime
    ceiling: float
    left_today: int | None


def open_job(context: SendContext, campaign_id: int) -> SendJob | None:
    """The campaign to send, or None where nothing of it may be sent now."""
    now = context.clock()
    with context.database.writing() as session:
        limits = account.limits(session, own_rate=context.own_rate, now=now)
        campaign = session.get(Campaign, campaign_id)
        if campaign is None or campaign.state != CampaignState.SENDING:
            return None
        message = session.get_one(Message, campaign.content_hash)
    if limits is None:
        log.warning("nothing is sent while SES's limits are unknown", campaign=campaign_id)
        return None
    envelope = Envelope(context.sender, context.reply_to, context.configuration_set, campaign_id)
    transport = BulkTransport(context.client, envelope, message)
    return SendJob(campaign_id, transport, campaign.not_after, limits.ceiling, limits.left_today)
