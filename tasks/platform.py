"""Celery tasks of the platform side. Each wraps plain functions."""

from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING

from kit import aws, broker, clocks, heartbeats, mailboxes
from kit.anchors import open_anchor
from kit.clock import utc_now
from kit.database import Database
from kit.log import get_logger
from kit.timeouts import JOB
from kit.variables import NO_DATABASE
from links import keys, mail_links
from replies.vault import rotation, sealing
from replies.vault.counting import opener
from reports import push
from reports.anchor import ReleaseAnchor
from reports.freeze import Desk, freeze_due
from tasks import turns
from tasks.app import app
from tasks.process import current, once
from tenants.complaints import letters as complaint_letters
from tenants.complaints import register as complaints
from tenants.feed import signatures, unreached, webhook
from tenants.feed.webhook import Receiver
from tenants.handover import mailing_list, suppression_outbox
from tenants.inbound import responder
from tenants.inbound.responder import MailResponder
from tenants.jobs import PlatformJob
from tenants.models import Heartbeat
from tenants.outbox import mailer
from tenants.outbox.mailer import OutboxMailer
from tenants.rights import erasures, evidence, retention

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

log = get_logger(__name__)


@app.task(name="tasks.platform.tick")
def tick() -> None:
    """Push to the campaign side what is due: questions, suppressions, mailing list, figures."""
    if _is_duplicate(PlatformJob.TICK, tick.name):
        return
    with _beating(PlatformJob.TICK):
        clocks.record_offset(_platform_database(), Heartbeat, tick=current().tick)
        _look_at_broker()
        _remember_the_erased()
        _platform_database().empty_log()
        if current().door_url != NO_DATABASE:
            _push()
        log.info("tick")


@app.task(name="tasks.platform.post")
def send_letters() -> None:
    """Send the platform's own emails: codes, fresh links, notices."""
    if _is_duplicate(PlatformJob.LETTERS, send_letters.name):
        return
    mailer.send_due(_mailer(), clock=utc_now)
    complaint_letters.send_complaint_letters(
        _mailer(), staff=current().privacy_contact, clock=utc_now
    )


@app.task(name="tasks.platform.answer_mail")
def answer_mail() -> None:
    """Answer replies to our emails automatically, without reading them."""
    queue_url = current().inbound_queue_url
    if queue_url is None or _is_duplicate(PlatformJob.INBOUND, answer_mail.name):
        return
    with _beating(PlatformJob.INBOUND):
        responder.answer_waiting(_responder(queue_url), clock=utc_now)


@app.task(name="tasks.platform.check_keys")
def check_keys() -> None:
    """Check that the vault's keys can encrypt and decrypt replies, and note their age."""
    if _is_duplicate(PlatformJob.KEYS, check_keys.name):
        return
    with _beating(PlatformJob.KEYS):
        sealing.check_keys(current().vault_keys)
        made_at = sealing.master_keys_of(current().vault_keys).made_at
        with _platform_database().writing() as session:
            heartbeats.seen_to(session, Heartbeat, PlatformJob.ROTATION, now=made_at)


@app.task(name="tasks.platform.rotate_vault")
def rotate_vault() -> None:
    """Rotate the vault when its master key is old; the heartbeat is when that key was made."""
    if _is_duplicate(PlatformJob.ROTATION, rotate_vault.name):
        return
    chosen, keys = current(), sealing.master_keys_of(current().vault_keys)
    with heartbeats.beating(
        _platform_database(), Heartbeat, PlatformJob.ROTATION, clock=lambda: keys.made_at
    ):
        rotation.rotate_if_due(
            _platform_database(),
            keys,
            every=chosen.vault_rotation,
            window=chosen.vault_window,
            now=utc_now(),
        )


@app.task(name="tasks.platform.tell_changes")
def tell_changes() -> None:
    """Record the tenants whom the email no longer reaches, and call the platform's webhook."""
    if _is_duplicate(PlatformJob.CHANGES, tell_changes.name):
        return
    with _beating(PlatformJob.CHANGES):
        if current().door_url != NO_DATABASE:
            unreached.note(_platform_database(), _campaign_database(), now=utc_now())
        if (url := current().webhook_url) and (file := current().webhook_secrets_file):
            ring = keys.load(current().link_keys_file)
            receiver = Receiver(url, signatures.load(file), ring)
            webhook.call(_platform_database(), receiver, clock=utc_now)


@app.task(name="tasks.platform.purge")
def purge() -> None:
    """Delete everything whose retention period is over."""
    if _is_duplicate(PlatformJob.PURGE, purge.name):
        return
    with _beating(PlatformJob.PURGE):
        retention.purge(_platform_database(), settings=current(), now=utc_now())
        with _platform_database().writing() as session:
            complaints.purge(session, before=utc_now() - current().keep_complaints)


def _is_duplicate(job: PlatformJob, task: str) -> bool:
    """Whether beat's message repeats a job that has already begun."""
    return turns.is_duplicate(_platform_database(), Heartbeat, job, every=turns.beat_interval(task))


def _look_at_broker() -> None:
    """Record whether the broker accepts messages and has workers."""
    trouble = broker.trouble(current(), "platform")
    with _platform_database().writing() as session:
        heartbeats.record_check(
            session, Heartbeat, PlatformJob.BROKER, now=utc_now(), trouble=trouble
        )


def _remember_the_erased() -> None:
    """Update the erasure anchor, and seal the references that it has.

    Stops the side if a backup brought an erased tenant back.
    """
    chosen = current()
    keep = max(chosen.vault_window, chosen.keep_erased)
    anchor = open_anchor(chosen.erasure_anchor_place)
    ring = keys.load(chosen.link_keys_file)
    erasures.record_new(_platform_database(), anchor, keys=ring, keep=keep, now=utc_now())
    with _platform_database().writing() as session:
        evidence.seal_erased(session, ring)


def _push() -> None:
    chosen, campaign, platform = current(), _campaign_database(), _platform_database()
    mailing_list.publish_questions(campaign)
    links = mail_links.link_writer(keys.load(chosen.link_keys_file), chosen.portal_url)
    suppression_outbox.push(platform, campaign, links=links, now=utc_now())
    mailing_list.hand_over(
        platform,
        campaign,
        links=links,
        now=utc_now(),
        lead=chosen.handover_lead,
    )
    freeze_due(_reports_desk(), now=utc_now())
    push.push_releases(platform, campaign, now=utc_now())


def _beating(job: PlatformJob) -> AbstractContextManager[None]:
    """Record in the heartbeats whether the block succeeded."""
    return heartbeats.beating(_platform_database(), Heartbeat, job, clock=utc_now)


@once
def _mailer() -> OutboxMailer:
    """The mailer of the platform's own emails, with its own sender."""
    chosen = current()
    return OutboxMailer(
        platform=_platform_database(),
        keys=lambda: keys.load(chosen.link_keys_file),
        portal_url=chosen.portal_url,
        sender=chosen.platform_from_address,
        reply_to=chosen.reply_to,
        connect=_ses,
    )


def _responder(queue_url: str) -> MailResponder:
    """The responder to emails, with the platform's own identity, queue and bucket."""
    chosen = current()
    own = (chosen.platform_from_address, chosen.from_address, chosen.reply_to)
    return MailResponder(
        platform=_platform_database(),
        keys=lambda: keys.load(chosen.link_keys_file),
        portal_url=chosen.portal_url,
        sender=chosen.platform_from_address,
        own={mailboxes.address_of(mailbox) for mailbox in own if mailbox},
        queue_url=queue_url,
        ses_client=_ses,
        sqs_client=_sqs,
        s3_client=_s3,
    )


@once
def _ses() -> "SESV2Client":
    return aws.ses_for_sending()


@once
def _sqs() -> "SQSClient":
    return aws.sqs()


@once
def _s3() -> "S3Client":
    return aws.s3()


@once
def _campaign_database() -> Database:
    """The campaign database through the platform's restricted role, `door`."""
    return Database(current().door_url, timeouts=JOB)


@once
def _platform_database() -> Database:
    return Database(current().platform_database_url, timeouts=JOB)


@once
def _reports_desk() -> Desk:
    return Desk(
        platform=_platform_database(),
        opener=partial(opener, current().vault_keys),
        anchor=ReleaseAnchor.at(current().release_anchor_place),
        published=partial(push.published, _campaign_database()),
    )
