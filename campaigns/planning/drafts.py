"""A whole text saved at once, as a version of its own: a campaign file, or one restored."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import audit
from campaigns.checks import checklist
from campaigns.content import acceptance, files, findings
from campaigns.content.fields import Content, tidy
from campaigns.content.files import CampaignFile
from campaigns.models import Campaign, CampaignState, CutReason
from campaigns.planning import approval, series
from campaigns.writing import review, versions
from campaigns.writing.versions import content_of, current, find, known_questions
from kit.bulk import add_new
from kit.errors import BadInput, Problem, Refused
from kit.months import named

__all__ = [
    "Schedule",
    "change_text",
    "create",
    "current",
    "export_file",
    "find",
    "import_file",
    "known_questions",
    "locked",
    "save",
]

STILL_WRITTEN = {CampaignState.DRAFT, CampaignState.APPROVED}


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a campaign goes (UTC), and for how long after that it still may."""

    send_at: datetime
    window: timedelta


def import_file(session: Session, text: str, *, by: str, now: datetime) -> Campaign:
    """Create the draft of a campaign file's month, or replace it; the same text changes nothing.

    Raises:
        BadInput: naming the line and field of everything wrong in the file.
        Refused: the month has been handed over, or was called off.
    """
    parsed = files.parse(text)
    _refuse_unknown_questions(parsed.content, known_questions(session))
    return save(
        session,
        month=parsed.month,
        content=parsed.content,
        by=by,
        now=now,
        schedule=_schedule(session, parsed),
    )


def save(
    session: Session,
    *,
    month: str,
    content: Content,
    by: str,
    now: datetime,
    schedule: Schedule | None = None,
    because: CutReason = CutReason.SAVED,
) -> Campaign:
    """Save a version of the month's text and, where `schedule` is given, of its time.

    Whatever is saved can be compiled and fits into an email. Saving what is there already changes
    nothing; anything else voids an approval. What was being typed stands as a version before it.

    Raises:
        BadInput: naming the field and line of everything that keeps the text from being saved.
        Refused: the month has been handed over, or was called off.
    """
    content = tidy(content)
    _refuse_unfit(session, content, month)
    campaign = locked(session, month)
    if campaign is None:
        campaign = create(session, month, schedule)
    elif _unchanged(session, campaign, content, schedule):
        return campaign
    versions.cut(session, campaign, CutReason.SAVED)
    if schedule:
        campaign.send_at = schedule.send_at
        campaign.window_seconds = int(schedule.window.total_seconds())
    change_text(session, campaign, content, by=by, now=now)
    versions.cut(session, campaign, because)
    return campaign


def change_text(
    session: Session, campaign: Campaign, content: Content, *, by: str, now: datetime
) -> None:
    """Make `content` the month's text, and void an approval.

    Raises:
        Refused: the month has been handed over, or was called off.
    """
    _refuse_handed_over(campaign)
    if campaign.state == CampaignState.APPROVED:
        because = f"{by} changed it after the approval"
        approval.void(session, campaign, because=because, now=now, by=by)
    before = versions.latest(session, campaign)
    was_at_it = before is not None and before.cut_because is None and by in (before.writers or ())
    draft = versions.store(session, campaign, content, by=by, now=now)
    if not (was_at_it and draft is before):
        audit.record(
            session,
            who=by,
            action="draft saved",
            now=now,
            month=campaign.month,
            version=campaign.version,
        )


def locked(session: Session, month: str) -> Campaign | None:
    """The month's campaign, locked until the transaction ends; None if none was opened."""
    return session.scalar(
        select(Campaign)
        .where(Campaign.month == month)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def create(session: Session, month: str, schedule: Schedule | None = None) -> Campaign:
    """A campaign without a text; the one that another process made in the same moment, if any."""
    default = series.ensure_default(session)
    row = {
        "month": month,
        "series": default.name,
        "state": CampaignState.DRAFT,
        "send_at": schedule.send_at if schedule else series.send_moment(default, month),
        "window_seconds": default.window_seconds,
        "version": 0,
        "handover_cursor": "",
    }
    add_new(session, Campaign, [row])
    campaign = locked(session, month)
    if campaign is None:
        raise RuntimeError(f"the campaign of {named(month)} was not made")
    return campaign


def export_file(session: Session, month: str) -> str:
    """The month's campaign file; importing it again changes nothing."""
    campaign = find(session, month)
    return files.write(
        CampaignFile(
            month=campaign.month,
            send_at=campaign.send_at,
            window=timedelta(seconds=campaign.window_seconds),
            content=content_of(session, campaign),
        )
    )


def _schedule(session: Session, parsed: CampaignFile) -> Schedule:
    default = series.ensure_default(session)
    return Schedule(
        send_at=parsed.send_at or series.send_moment(default, parsed.month),
        window=parsed.window or timedelta(seconds=default.window_seconds),
    )


def _unchanged(
    session: Session, campaign: Campaign, content: Content, schedule: Schedule | None
) -> bool:
    here = Schedule(campaign.send_at, timedelta(seconds=campaign.window_seconds))
    same_time = schedule is None or schedule == here
    return same_time and campaign.version > 0 and tidy(content_of(session, campaign)) == content


def _refuse_handed_over(campaign: Campaign) -> None:
    if campaign.state not in STILL_WRITTEN:
        raise Refused(f"{versions.standing(campaign)}; its email can no longer be changed.")


def _refuse_unfit(session: Session, content: Content, month: str) -> None:
    message = review.of_text(session, content, month).message
    if message is None:
        findings.refuse(acceptance.flaws(content, month))
    else:
        findings.refuse(findings.blocking(checklist.size_findings(message)))


def _refuse_unknown_questions(content: Content, known: Collection[str]) -> None:
    """With an empty catalogue the file is kept, and `checks` says that the catalogue is missing."""
    unknown = [key for key in content.questions if key not in known] if known else []
    if unknown:
        raise BadInput(
            Problem("questions", checklist.unknown_question(key, known)) for key in unknown
        )
