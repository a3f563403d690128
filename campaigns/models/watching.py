"""The table of what this side's jobs say of themselves."""

from kit.database import CampaignBase
from kit.heartbeats import HeartbeatColumns


class Heartbeat(HeartbeatColumns, CampaignBase):
    """When a job of the campaign side was last done."""

    __tablename__ = "heartbeats"
