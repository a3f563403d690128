"""A month's text while it is being written. Every saved version is kept, with its author."""

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
from campaigns.models import Campaign, CampaignState, Draft
from campaigns.planning import approval, series
from campaigns.writing import review, versions
from campaigns.writing.versions import content_of, current, find, known_questions
from kit.errors import BadInput, Problem, Refused
from kit.months import month_name

__all__ = [
    "Overtaken",
    "Schedule",
    "current",
    "export_file",
    "find",
    "import_file",
    "known_questions",
    "save",
]

STILL_WRITTEN = {CampaignState.DRAFT, CampaignState.APPROVED}


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a campaign goes (UTC), and for how long after that it still may."""

    send_at: datetime
    window: timedelta


class Overtaken(Refused):
    """Somebody else saved a version meanwhile; nothing was changed."""

    def __init__(self, version: int, author: str, saved_at: datetime) -> None:
        self.version, self.author, self.saved_at = version, author, saved_at
        super().__init__(f"{author} saved version {version} meanwhile; nothing was overwritten.")


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
    base: int | None = None,
) -> Campaign:
    """Save a version of the month's text and, where `schedule` is given, of its time.

    Whatever is saved can be compiled and fits into an email. Saving what is there already changes
    nothing; anything else voids an approval. With `base`, the version that the text was written on
    top of (0 where there was none), nobody else's later version is ever covered.

    Raises:
        BadInput: naming the field and line of everything that keeps the text from being kept.
        Overtaken: somebody saved a version after `base`.
        Refused: the month has been handed over, or was called off.
    """
    content = tidy(content)
    _refuse_unfit(session, content, month)
    campaign = session.scalar(
        select(Campaign)
        .where(Campaign.month == month)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if campaign is None:
        campaign = _create(session, month, schedule)
    elif _unchanged(session, campaign, content, schedule):
        return campaign
    _refuse_handed_over(campaign)
    _refuse_overtaken(session, campaign, base)
    if campaign.state == CampaignState.APPROVED:
        approval.void(session, campaign, because=f"{by} changed it after the approval", now=now)
    _add_version(session, campaign, content, schedule, by=by, now=now)
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


def _create(session: Session, month: str, schedule: Schedule | None) -> Campaign:
    default = series.ensure_default(session)
    campaign = Campaign(
        month=month,
        series=default.name,
        state=CampaignState.DRAFT,
        send_at=schedule.send_at if schedule else series.send_moment(default, month),
        window_seconds=default.window_seconds,
        version=0,
    )
    session.add(campaign)
    session.flush()
    return campaign


def _unchanged(
    session: Session, campaign: Campaign, content: Content, schedule: Schedule | None
) -> bool:
    here = Schedule(campaign.send_at, timedelta(seconds=campaign.window_seconds))
    same_time = schedule is None or schedule == here
    return same_time and campaign.version > 0 and content_of(session, campaign) == content


def _add_version(
    session: Session,
    campaign: Campaign,
    content: Content,
    schedule: Schedule | None,
    *,
    by: str,
    now: datetime,
) -> None:
    campaign.version += 1
    if schedule:
        campaign.send_at = schedule.send_at
        campaign.window_seconds = int(schedule.window.total_seconds())
    session.add(
        Draft(
            campaign_id=campaign.id,
            version=campaign.version,
            content=content.as_json(),
            author=by,
            saved_at=now,
        )
    )
    audit.record(
        session,
        who=by,
        action="draft saved",
        now=now,
        month=campaign.month,
        version=campaign.version,
    )
    session.flush()


def _refuse_handed_over(campaign: Campaign) -> None:
    if campaign.state not in STILL_WRITTEN:
        raise Refused(
            f"{month_name(campaign.month)} is {campaign.state.replace('_', ' ')}; "
            "its email can no longer be changed."
        )


def _refuse_overtaken(session: Session, campaign: Campaign, base: int | None) -> None:
    if base is None or base == campaign.version:
        return
    latest = versions.get(session, campaign, campaign.version)
    raise Overtaken(latest.version, latest.author, latest.saved_at)


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
