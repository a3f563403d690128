"""The jobs of the campaign side, by the names under which they write down that they were done."""

from collections.abc import Mapping
from datetime import timedelta

from campaigns.models import CampaignJob
from kit.readiness import patience
from kit.settings import Settings

LIMITS_PATIENCE = timedelta(minutes=5)
"""SES is asked for its limits every minute; after fifteen without an answer nothing is sent."""


def expected(settings: Settings) -> Mapping[str, timedelta]:
    """How long each job may stay undone."""
    often = patience(settings.tick)
    jobs: dict[str, timedelta] = {
        CampaignJob.TICK: often,
        CampaignJob.BROKER: often,
        CampaignJob.LIMITS: LIMITS_PATIENCE,
    }
    if settings.ses_events_queue_url:
        jobs[CampaignJob.FEEDBACK] = often
    return jobs
