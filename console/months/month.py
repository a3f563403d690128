"""The content of a month's page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import audit
from campaigns.checks import send_times
from campaigns.models import (
    Approval,
    AuditEntry,
    Campaign,
    CampaignState,
    DeliveryState,
    Draft,
    MonthStep,
)
from campaigns.planning import estimate, steps
from campaigns.planning.estimate import BEFORE_SENDING
from campaigns.planning.steps import Stage
from campaigns.ses import account
from campaigns.watching import progress, reconciliation
from campaigns.watching.progress import Pace
from campaigns.watching.reconciliation import Sheet
from campaigns.writing import review, versions
from campaigns.writing.review import Review
from console.months import status_summary
from console.months.status_summary import StatusSummary

LIVE = {CampaignState.HANDING_OVER, CampaignState.SENDING, CampaignState.PAUSED}
HAS_LIST = {*LIVE, CampaignState.SENT}
OVER = {CampaignState.SENT, CampaignState.CANCELLED, CampaignState.MISSED}
SETTLED = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SKIPPED)
TOLD = (DeliveryState.UNKNOWN, DeliveryState.FAILED, DeliveryState.SKIPPED)
RECENT = 8


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of sending. `counts` has every delivery state."""

    counts: Mapping[str, int]
    total: int
    bounced: int
    complained: int
    causes: Sequence[tuple[str, str, int]]
    held: str | None
    pace: Pace | None

    @property
    def settled(self) -> int:
        return sum(self.counts[state] for state in SETTLED)


@dataclass(frozen=True, slots=True)
class Month:
    """One month. `progress` is None before the mailing list is handed over."""

    campaign: Campaign
    status: StatusSummary
    draft: Draft | None
    text: Review | None
    questions: Sequence[tuple[str, str]]
    approvals: Sequence[Approval]
    progress: Progress | None
    history: Sequence[AuditEntry]
    is_live: bool
    estimate: str | None
    sheet: Sheet | None
    stage: Stage
    conversation: Sequence[MonthStep]
    time_warnings: Sequence[str]


def load(session: Session, month: str, *, now: datetime, own_rate: float | None = None) -> Month:
    """Load one month's page; NotFound if the month has no campaign.

    `own_rate` is `CHECKIN_SEND_RATE`, the operator's limit in emails a second.
    """
    campaign = versions.find(session, month)
    text = review.of_campaign(session, campaign)
    return Month(
        campaign=campaign,
        status=status_summary.of(session, campaign, now=now),
        draft=session.get(Draft, (campaign.id, campaign.version)),
        text=text,
        questions=_questions(session, text),
        approvals=_approvals(session, campaign),
        progress=progress_of(session, campaign, now=now),
        history=audit.entries(session, month=month, limit=RECENT),
        is_live=campaign.state in LIVE,
        estimate=estimate.sentence(session, campaign, own_rate=own_rate, now=now),
        sheet=_sheet(session, campaign),
        stage=steps.stage_of(session, campaign),
        conversation=steps.history(session, campaign),
        time_warnings=_time_warnings(campaign),
    )


def progress_of(session: Session, campaign: Campaign, *, now: datetime) -> Progress | None:
    """Return the progress of a campaign that has a mailing list."""
    if campaign.state not in HAS_LIST and campaign.audience is None:
        return None
    shown: dict[str, Any] = progress.show(session, campaign.month)
    counts = {str(state): int(number) for state, number in shown["deliveries"].items()}
    return Progress(
        counts=counts,
        total=sum(counts.values()),
        bounced=shown["bounced"],
        complained=shown["complained"],
        causes=[
            (state, cause, number)
            for (state, cause), number in progress.causes(session, campaign.id).items()
            if state in TOLD
        ],
        held=account.paused_because(session, now=now) if campaign.state in LIVE else None,
        pace=progress.pace(session, campaign, now=now),
    )


def _time_warnings(campaign: Campaign) -> list[str]:
    """What is odd about the time of a month that has not gone yet."""
    if campaign.state not in BEFORE_SENDING:
        return []
    return list(send_times.warnings(campaign.send_at, campaign.month))


def _sheet(session: Session, campaign: Campaign) -> Sheet | None:
    """Return the sheet of a month that is over and had a mailing list."""
    if campaign.state not in OVER or campaign.audience is None:
        return None
    return reconciliation.of(session, campaign.month)


def _questions(session: Session, text: Review | None) -> list[tuple[str, str]]:
    if text is None:
        return []
    titles = versions.question_titles(session)
    return [(key, titles.get(key, key)) for key in text.content.questions]


def _approvals(session: Session, campaign: Campaign) -> list[Approval]:
    query = select(Approval).where(Approval.campaign_id == campaign.id).order_by(Approval.id.desc())
    return list(session.scalars(query))
