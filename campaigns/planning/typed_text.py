"""The month's one text, changed as people type: each change is merged with everybody else's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns.content.field_rows import FieldKind
from campaigns.content.fields import BY_NAME, Content
from campaigns.models import Campaign, CutReason, Draft
from campaigns.planning import drafts, series
from campaigns.writing import merging, versions
from campaigns.writing.merging import Merged
from kit.errors import NotFound


@dataclass(frozen=True, slots=True)
class Removal:
    """The latest step that took something out of the text; `what` it was, as a person calls it."""

    version: int
    what: str


def current(session: Session, campaign: Campaign | None, month: str) -> Content:
    """Return the month's text as typed, or the text it would start from if nothing was written."""
    if campaign is None or campaign.version == 0:
        return series.starter(session, month)
    return versions.content_of(session, campaign)


def write(
    session: Session,
    *,
    month: str,
    base: Content,
    typed: Content,
    by: str,
    now: datetime,
    even_unchanged: bool = False,
) -> Merged:
    """Merge what somebody typed on top of `base` into the month's text.

    Where two people changed one sentence, the text keeps what was there and the result says so.
    A month that has no text yet gets one only if something was typed, or `even_unchanged`.

    Raises:
        Refused: the month has been handed over, or was called off.
    """
    campaign = drafts.locked(session, month)
    theirs = current(session, campaign, month)
    merged = merging.merge(base, typed, theirs)
    is_begun = campaign is not None and campaign.version > 0
    if merged.content != theirs or (even_unchanged and not is_begun):
        campaign = campaign or drafts.create(session, month)
        drafts.change_text(session, campaign, merged.content, by=by, now=now)
    return merged


def rearrange(
    session: Session,
    *,
    month: str,
    arrange: Callable[[Content], Content],
    is_removal: bool,
    by: str,
    now: datetime,
) -> Content:
    """Change the order or the parts of the text; a removal is a version of its own.

    Raises:
        Refused: the month has been handed over, or was called off.
    """
    campaign = drafts.locked(session, month)
    before = current(session, campaign, month)
    after = arrange(before)
    if after == before:
        return after
    campaign = campaign or drafts.create(session, month)
    if campaign.version == 0:
        drafts.change_text(session, campaign, before, by=by, now=now)
    if is_removal:
        versions.cut(session, campaign, CutReason.SAVED)
    drafts.change_text(session, campaign, after, by=by, now=now)
    if is_removal:
        versions.cut(session, campaign, CutReason.REMOVED)
    return after


def removal(session: Session, campaign: Campaign) -> Removal | None:
    """The removal that can be taken back now: of the latest version or the one before it."""
    for draft in (_draft(session, campaign, campaign.version - step) for step in (0, 1)):
        if draft is None or draft.cut_because == CutReason.TAKEN_BACK:
            return None
        if draft.cut_because == CutReason.REMOVED:
            before, after = _around(session, campaign, draft.version)
            return Removal(draft.version, _taken_out(session, before, after))
    return None


def take_back(
    session: Session, *, month: str, version: int, by: str, now: datetime
) -> tuple[Content, Content]:
    """Put back what a removal took out; what was typed since stays. Returns the text before it
    and after it.

    Raises:
        NotFound: the month has no such version, or it removed nothing.
        Refused: the month has been handed over, or was called off.
    """
    campaign = drafts.locked(session, month) or versions.find(session, month)
    if versions.get(session, campaign, version).cut_because != CutReason.REMOVED:
        raise NotFound("There is nothing to put back.")
    before, after = _around(session, campaign, version)
    text = versions.content_of(session, campaign)
    merged = merging.merge(after, before, text)
    drafts.change_text(session, campaign, merged.content, by=by, now=now)
    versions.cut(session, campaign, CutReason.TAKEN_BACK)
    return text, merged.content


def _taken_out(session: Session, before: Content, after: Content) -> str:
    """What is put back, as its button says it: "Put back the tip …"."""
    changed = merging.changed_fields(before, after)
    tips = [tip.title for tip in before.tips if tip not in after.tips]
    asked = [key for key in before.questions if key not in after.questions]
    if changed == ["tips"] and len(tips) == 1:
        return f"the tip “{tips[0]}”"
    if changed == ["questions"] and len(asked) == 1:
        return f"the question “{versions.question_titles(session).get(asked[0], asked[0])}”"
    is_one = len(changed) == 1 and BY_NAME[changed[0]].kind in (FieldKind.LINE, FieldKind.TEXT)
    return f"the {BY_NAME[changed[0]].said if is_one else 'text'} as it was"


def _around(session: Session, campaign: Campaign, version: int) -> tuple[Content, Content]:
    before, after = (versions.get(session, campaign, each) for each in (version - 1, version))
    return Content.from_json(before.content), Content.from_json(after.content)


def _draft(session: Session, campaign: Campaign, version: int) -> Draft | None:
    return session.get(Draft, (campaign.id, version))
