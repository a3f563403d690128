"""The jobs of the campaign side, by their names in the heartbeats."""

from collections.abc import Mapping
from datetime import timedelta

from campaigns.models import CampaignJob
from kit.readiness import patience
from kit.settings import Settings

LIMITS_PATIENCE = timedelta(minutes=5)
"""SES is asked for its limits every minute; after fifteen without an answer nothing is sent."""


def expected(settings: Settings) -> Mapping[str, timedelta]:
    """Return how old the last success of each job may be."""
    often = patience(settings.tick)
    jobs: dict[str, timedelta] = {
        CampaignJob.TICK: often,
        CampaignJob.BROKER: often,
        CampaignJob.LIMITS: LIMITS_PATIENCE,
    }
    if settings.ses_events_queue_url:
        jobs[CampaignJob.FEEDBACK] = often
    return jobs
