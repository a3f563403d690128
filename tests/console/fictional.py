"""A fictional year to look at: months sent, one going out, one being written, figures, a list."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from campaigns import audit, suppression
from campaigns.models import CampaignState, DeliveryState, SuppressionKind
from campaigns.planning import approval, drafts
from campaigns.writing import samples, starters
from tenants.handover import mailing_list
from tests.console import drawn, months, released
from tests.console.site import APPROVER, AUTHOR, ConsoleSite

NOW = datetime(2026, 12, 1, 10, 6, tzinfo=UTC)
COLLEAGUE = "colleague@example.org"
SENT = {"2026-09": 1, "2026-10": 1, "2026-11": 2}
GOING = "2026-12"
WRITTEN = "2027-01"
STARTED = "2027-02"
APPROVED = "2027-03"
STATES: tuple[tuple[DeliveryState, int, dict[str, object]], ...] = (
    (DeliveryState.SENT, 1812, {}),
    (DeliveryState.SENT, 9, {"feedback": "bounce"}),
    (DeliveryState.QUEUED, 566, {}),
    (DeliveryState.UNKNOWN, 3, {"cause": "ReadTimeoutError"}),
    (DeliveryState.SKIPPED, 12, {"cause": "suppressed"}),
)


def fill(site: ConsoleSite) -> None:
    """The year as it stands on `NOW`."""
    with site.campaign.writing() as session:
        for month, day in SENT.items():
            sent = NOW.replace(month=int(month[5:]), day=day, minute=2)
            campaign = months.in_state(session, month, CampaignState.SENT, now=sent)
            months.deliver(session, campaign, DeliveryState.SENT, 2400)
        drawn.publish(session, now=NOW)
        released.withdraw(session, "2026-09", now=NOW)
        _going_out(session)
        _being_written(session)
        for kind in (SuppressionKind.MANUAL, SuppressionKind.BOUNCE):
            suppression.suppress(session, address="tenant-007@example.org", kind=kind, now=NOW)
    mailing_list.publish_questions(site.campaign)


def write_too(session: Session, month: str) -> None:
    """A colleague writes another closing, after whoever else has begun."""
    content = replace(drafts.current(session, month), closing="Thank you, and a calm winter.")
    drafts.save(session, month=month, content=content, by=COLLEAGUE, now=NOW)


def _going_out(session: Session) -> None:
    campaign = months.in_state(session, GOING, CampaignState.SENDING, now=NOW)
    for state, count, columns in STATES:
        months.deliver(session, campaign, state, count, **columns)
    began = NOW - timedelta(minutes=3)
    audit.record(session, who="check-in", action="campaign sending", now=began, month=GOING)


def _being_written(session: Session) -> None:
    """A second version of January, February approved and then changed, March approved."""
    months.draft(session, WRITTEN, now=NOW - timedelta(hours=1))
    content = samples.sample_content(WRITTEN)
    tips = (starters.fitting(starters.find("january-1").tip, content), *content.tips[1:])
    better = replace(content, tips=tips, subject="Has anything changed since the holidays?")
    drafts.save(session, month=WRITTEN, content=better, by=AUTHOR, now=NOW)
    months.draft(session, STARTED, now=NOW - timedelta(hours=1))
    approval.approve(session, month=STARTED, by=APPROVER, now=NOW - timedelta(minutes=30))
    changed = replace(samples.sample_content(STARTED), closing="Thank you.")
    drafts.save(session, month=STARTED, content=changed, by=AUTHOR, now=NOW)
    months.approved(session, APPROVED, now=NOW)
