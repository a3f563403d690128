"""The jobs of the campaign side, by the names under which they write down that they were done."""

from collections.abc import Mapping
from datetime import timedelta

from campaigns.models import Job
from kit.readiness import patience
from kit.settings import Settings

LIMITS_PATIENCE = timedelta(minutes=5)
"""SES is asked for its limits every minute; after fifteen without an answer nothing is sent."""


def expected(settings: Settings) -> Mapping[str, timedelta]:
    """How long each job may stay undone."""
    often = patience(settings.tick)
    jobs: dict[str, timedelta] = {
        Job.TICK: often,
        Job.BROKER: often,
        Job.LIMITS: LIMITS_PATIENCE,
    }
    if settings.ses_events_queue_url:
        jobs[Job.FEEDBACK] = often
    return jobs
