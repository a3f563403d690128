"""The connections and clients of the campaign side's tasks."""

from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from redis import Redis
from sqlalchemy import make_url

from campaigns.models import CampaignJob, Heartbeat
from campaigns.sending import feedback
from campaigns.sending import high_water_mark as marks
from campaigns.sending.context import SendContext
from campaigns.sending.high_water_mark import HighWaterMark
from campaigns.ses.rate_limiter import DatabaseRateLimiter, RateLimiter, RedisRateLimiter
from kit import aws, aws_refusals, broker, clocks, heartbeats, machine_notes, memory
from kit.anchors import FileAnchor
from kit.clock import Clock
from kit.database import Database
from kit.timeouts import JOB
from links import keys
from tasks import turns
from tasks.aws_access import AwsAccess
from tasks.process import current, once

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient


@once
def campaign_database() -> Database:
    return Database(current().campaign_database_url, timeouts=JOB)


@once
def ses() -> "SESV2Client":
    return aws.ses_for_asking()


@once
def sqs() -> "SQSClient":
    return aws.sqs()


@once
def campaign_clock() -> Clock:
    return campaign_database().now


def beating(job: CampaignJob) -> AbstractContextManager[None]:
    """Record in the heartbeats whether the block succeeded."""
    return heartbeats.beating(campaign_database(), Heartbeat, job, clock=campaign_clock())


def is_duplicate(job: CampaignJob, task: str) -> bool:
    """Whether beat's message repeats a job that has already begun."""
    return turns.is_duplicate(campaign_database(), Heartbeat, job, every=turns.beat_interval(task))


def look_at_broker() -> None:
    """Record whether the broker accepts messages and has workers."""
    trouble = broker.trouble(current(), "campaign")
    with campaign_database().writing() as session:
        heartbeats.record_check(
            session, Heartbeat, CampaignJob.BROKER, now=campaign_clock()(), trouble=trouble
        )


def look_at_clock() -> None:
    """Record whether this machine's clock agrees with the database's."""
    clocks.record_offset(campaign_database(), Heartbeat, tick=current().tick)


def load_early() -> None:
    """Build what takes longest before there is anything to send; connects to nothing."""
    _ses_for_sending()
    memory.keep_for_good()


@once
def send_context() -> SendContext:
    """The worker's context for sending."""
    chosen = current()
    return SendContext(
        database=campaign_database(),
        client=_ses_for_sending(),
        rate_limiter=_rate_limiter(),
        mark=high_water_mark(),
        clock=campaign_clock(),
        sender=chosen.from_address,
        digest_key=digest_key,
        reply_to=chosen.reply_to,
        configuration_set=chosen.ses_configuration_set,
        own_rate=chosen.send_rate,
        lease=chosen.claim_lease,
        on_refusal=ses_access().rest,
    )


def digest_key() -> bytes:
    """The key of the digests that stay of erased addresses."""
    return keys.load(current().digest_key_file)[0]


@once
def ses_access() -> AwsAccess:
    """Whether SES answers this process.

    Asking connects the client that sends: connecting at the first send would make it late.
    """
    return AwsAccess(
        lambda: _ses_for_sending().get_account(), partial(_note, "aws-ses", CampaignJob.LIMITS)
    )


@once
def sqs_access() -> AwsAccess:
    """Whether SQS answers this process about the queue of events."""

    def ask() -> None:
        queue_url = current().ses_events_queue_url or ""
        sqs().get_queue_attributes(QueueUrl=queue_url, AttributeNames=[feedback.VISIBLE])

    return AwsAccess(ask, partial(_note, "aws-sqs", CampaignJob.FEEDBACK))


@once
def high_water_mark() -> HighWaterMark:
    """The highest value the database's counter ever had: in Redis, or in a file if embedded."""
    redis = _redis()
    if redis is not None:
        return marks.in_redis(redis, prefix=current().broker_prefix)
    file = make_url(current().campaign_database_url).database
    is_embedded = file is not None and not campaign_database().is_postgresql
    beside = Path(file if is_embedded and file else "var/campaign")
    return HighWaterMark(FileAnchor(beside.with_suffix(".mark")))


@once
def _ses_for_sending() -> "SESV2Client":
    return aws.ses_for_sending()


def _note(note: str, job: CampaignJob, code: str | None) -> None:
    """Name this machine where AWS refuses it; a network that fails is said once the job is late."""
    if code in aws_refusals.UNREACHED:
        with campaign_database().writing() as session:
            heartbeats.failed(session, Heartbeat, job, trouble=code)
    else:
        machine_notes.record(campaign_database(), Heartbeat, note, trouble=code)


def _rate_limiter() -> RateLimiter:
    redis = _redis()
    if redis is None:
        return DatabaseRateLimiter(campaign_database())
    return RedisRateLimiter(redis, prefix=current().broker_prefix)


def _redis() -> Redis | None:
    url = current().broker_url
    return broker.redis(url) if url.startswith(broker.REDIS) else None
