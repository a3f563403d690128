"""Tables of the campaign database. Impossible states are CHECK constraints."""

from campaigns.models.causes import Cause
from campaigns.models.deliveries import (
    AddressErasure,
    Delivery,
    DeliveryState,
    Feedback,
    Sender,
    SetAside,
    SuppressedDigest,
    Suppression,
    SuppressionKind,
    Tally,
)
from campaigns.models.months import (
    Approval,
    Campaign,
    CampaignState,
    CutReason,
    Draft,
    Message,
    MonthStep,
    Question,
    Reminder,
    Series,
    StepKind,
    WriterPresence,
)
from campaigns.models.people import AuditEntry, Role, SignIn, Staff, StaffToken
from campaigns.models.published import PublishedRelease, ReleaseState
from campaigns.models.watching import CampaignJob, Heartbeat

__all__ = [
    "AddressErasure",
    "Approval",
    "AuditEntry",
    "Campaign",
    "CampaignJob",
    "CampaignState",
    "Cause",
    "CutReason",
    "Delivery",
    "DeliveryState",
    "Draft",
    "Feedback",
    "Heartbeat",
    "Message",
    "MonthStep",
    "PublishedRelease",
    "Question",
    "ReleaseState",
    "Reminder",
    "Role",
    "Sender",
    "Series",
    "SetAside",
    "SignIn",
    "Staff",
    "StaffToken",
    "StepKind",
    "SuppressedDigest",
    "Suppression",
    "SuppressionKind",
    "Tally",
    "WriterPresence",
]
