"""The table of this side's heartbeats."""

from enum import StrEnum

from kit.database import CampaignBase
from kit.heartbeats import HeartbeatColumns


class CampaignJob(StrEnum):
    """A periodic job."""

    TICK = "tick"
    BROKER = "broker"
    LIMITS = "limits"
    FEEDBACK = "feedback"


class Heartbeat(HeartbeatColumns, CampaignBase):
    """When a job of the campaign side last succeeded."""

    __tablename__ = "heartbeats"
