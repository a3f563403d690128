"""What an approver reads before deciding: what changed, since when, and who wrote which part."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.content.fields import EMPTY, Content
from campaigns.models import Campaign, Draft, MonthStep, StepKind
from campaigns.planning import steps
from campaigns.planning.series import ENGINE
from campaigns.writing import differences, versions
from campaigns.writing.differences import Change
from kit.months import month_name

READ = (StepKind.APPROVED, StepKind.SENT_BACK)
"""Steps whose taker had read the text as it stood."""


@dataclass(frozen=True, slots=True)
class ApproverReading:
    """`since` ends “What is different …”: from another month, or since this person read it; empty
    where there is nothing to compare with. `mine` is what this person did then.

    `writers` pairs each part of the text with whoever changed it last.
    """

    since: str
    changes: Sequence[Change]
    mine: MonthStep | None
    writers: Sequence[tuple[str, str]]


def reading_for(session: Session, campaign: Campaign, draft: Draft, *, by: str) -> ApproverReading:
    """What `by` should read of a month's latest version."""
    now = Content.from_json(draft.content)
    mine = steps.last_of(session, campaign, READ, by=by)
    earlier = versions.approved_before(session, campaign.month)
    if mine is not None:
        then = Content.from_json(versions.get(session, campaign, mine.version).content)
        did = "approved" if mine.kind == StepKind.APPROVED else "sent"
        since = f"since you {did} it{'' if did == 'approved' else ' back'}"
    elif earlier is not None:
        then, since = earlier[1], f"from {month_name(earlier[0])}"
    else:
        then, since = now, ""
    changes = differences.compare(then, now, versions.question_titles(session))
    return ApproverReading(since, changes, mine, _writers(session, campaign))


def _writers(session: Session, campaign: Campaign) -> list[tuple[str, str]]:
    """Who changed each part last, by the month's versions."""
    query = select(Draft).where(Draft.campaign_id == campaign.id).order_by(Draft.version)
    last: dict[str, str] = {}
    before = EMPTY
    for draft in session.scalars(query):
        now = Content.from_json(draft.content)
        for change in differences.compare(before, now):
            last[change.label] = _writer(draft, change.name)
        before = now
    written = [change.label for change in differences.compare(EMPTY, before)]
    return [(label, last[label]) for label in written if label in last]


def _writer(draft: Draft, name: str) -> str:
    """Who wrote a field in one version, where several people did."""
    wrote = [who for who, fields in (draft.writers or {}).items() if name in fields]
    who = " and ".join(wrote) or draft.author
    return "as last month" if who == ENGINE else who
