"""The table of what this side's jobs say of themselves."""

from enum import StrEnum

from kit.database import CampaignBase
from kit.heartbeats import HeartbeatColumns


class CampaignJob(StrEnum):
    """What is done again and again; of `SENDING` only a worker's own trouble is written."""

    TICK = "tick"
    BROKER = "broker"
    LIMITS = "limits"
    FEEDBACK = "feedback"
    SENDING = "sending"


class Heartbeat(HeartbeatColumns, CampaignBase):
    """When a job of the campaign side was last done."""

    __tablename__ = "heartbeats"
