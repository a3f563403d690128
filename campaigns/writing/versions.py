"""The versions of a month's text. The latest is the text; it changes until it is cut."""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from campaigns.content.fields import Content
from campaigns.models import Campaign, CampaignState, CutReason, Draft, Question
from campaigns.writing import merging
from kit.clock import london_day
from kit.errors import NotFound
from kit.months import month_name, named

QUIET = timedelta(minutes=10)


def find(session: Session, month: str) -> Campaign:
    """The month's campaign; NotFound if none was opened."""
    campaign = session.scalar(select(Campaign).where(Campaign.month == month))
    if campaign is None:
        raise NotFound(
            f"There is no campaign for {named(month)}; import one or wait for its draft."
        )
    return campaign


def months(session: Session) -> set[str]:
    """Every month that was opened."""
    return set(session.scalars(select(Campaign.month)))


def standing(campaign: Campaign) -> str:
    """The month and its state in words: "December 2026 is handing over"."""
    return f"{month_name(campaign.month)} is {campaign.state.replace('_', ' ')}"


def current(session: Session, month: str) -> Content:
    """The latest saved text of the month."""
    return content_of(session, find(session, month))


def author(session: Session, month: str) -> str:
    """Who saved the latest version of the month."""
    return _version(session, find(session, month)).author


def known_questions(session: Session) -> list[str]:
    """The keys of the questions the platform has published, in its order."""
    return list(session.scalars(select(Question.key).order_by(Question.position)))


def question_titles(session: Session) -> dict[str, str]:
    """The title of each question the platform has published, by its key."""
    return {each.key: each.title for each in session.scalars(select(Question))}


def content_of(session: Session, campaign: Campaign) -> Content:
    """The latest saved text of the campaign."""
    return Content.from_json(_version(session, campaign).content)


def history(session: Session, campaign: Campaign) -> list[Draft]:
    """Every saved version, the newest first."""
    query = select(Draft).where(Draft.campaign_id == campaign.id).order_by(Draft.version.desc())
    return list(session.scalars(query))


def get(session: Session, campaign: Campaign, version: int) -> Draft:
    """One saved version; NotFound if the month has no such version."""
    draft = session.get(Draft, (campaign.id, version))
    if draft is None:
        name = month_name(campaign.month)
        raise NotFound(f"{name} has no version {version}; its versions stand on its history page.")
    return draft


def before(session: Session, month: str) -> tuple[str, Content] | None:
    """The latest earlier month that has a text, and that text; None for the very first month."""
    return _latest(session, Campaign.month < month)


def approved_before(session: Session, month: str) -> tuple[str, Content] | None:
    """The latest earlier month whose text was approved and not called off, and that text."""
    return _latest(session, Campaign.month < month, Campaign.content_hash.is_not(None))


def last_check_in(session: Session, month: str) -> date | None:
    """The day, in London, on which the check-in before this month's goes or went; None for the
    first. One that was missed or called off is passed over."""
    before = (
        select(Campaign.send_at)
        .where(
            Campaign.month < month,
            Campaign.content_hash.is_not(None),
            Campaign.state.not_in([CampaignState.MISSED, CampaignState.CANCELLED]),
        )
        .order_by(Campaign.month.desc())
        .limit(1)
    )
    sent = session.scalar(before)
    return None if sent is None else london_day(sent)


def latest(session: Session, campaign: Campaign) -> Draft | None:
    """The latest version, cut or not; None where nothing was written yet."""
    return session.get(Draft, (campaign.id, campaign.version))


def store(
    session: Session, campaign: Campaign, content: Content, *, by: str, now: datetime
) -> Draft:
    """Make `content` the month's text: in the latest version, or in a new one if that was cut.

    Ten quiet minutes cut a version too.
    """
    draft = latest(session, campaign)
    before = Content.from_json(draft.content) if draft else None
    if draft is not None and now - draft.saved_at >= QUIET:
        cut(session, campaign, CutReason.QUIET)
    if draft is None or draft.cut_because is not None:
        campaign.version += 1
        draft = Draft(campaign_id=campaign.id, version=campaign.version, writers={})
        session.add(draft)
    changed = merging.changed_fields(before, content) if before else merging.FIELD_NAMES
    writers = draft.writers or {}
    own = {*writers.get(by, []), *changed}
    draft.content, draft.author, draft.saved_at = content.as_json(), by, now
    draft.writers = {**writers, by: sorted(own)}
    session.flush()
    return draft


def cut(session: Session, campaign: Campaign, because: CutReason) -> None:
    """Let the latest version stand as it is from now on; one that was cut stays as it was."""
    draft = latest(session, campaign)
    if draft is not None and draft.cut_because is None:
        draft.cut_because = because
        session.flush()


def approved_in_year_before(session: Session, month: str) -> list[tuple[str, Content]]:
    """(month, text) of the approved months among the twelve before `month`, the newest first."""
    year_before = f"{int(month[:4]) - 1}{month[4:]}"
    found = session.execute(
        select(Campaign.month, Draft.content)
        .join(Draft, (Draft.campaign_id == Campaign.id) & (Draft.version == Campaign.version))
        .where(Campaign.month >= year_before, Campaign.month < month)
        .where(Campaign.content_hash.is_not(None))
        .order_by(Campaign.month.desc())
    )
    return [(each, Content.from_json(content)) for each, content in found]


def _latest(session: Session, *which: ColumnElement[bool]) -> tuple[str, Content] | None:
    found = session.execute(
        select(Campaign.month, Draft.content)
        .join(Draft, (Draft.campaign_id == Campaign.id) & (Draft.version == Campaign.version))
        .where(*which)
        .order_by(Campaign.month.desc())
        .limit(1)
    ).first()
    return (found[0], Content.from_json(found[1])) if found else None


def _version(session: Session, campaign: Campaign) -> Draft:
    draft = session.get(Draft, (campaign.id, campaign.version))
    if draft is None:
        raise NotFound(f"{month_name(campaign.month)} has no text yet; import one.")
    return draft
