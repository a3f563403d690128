"""Push releases and withdrawals to the campaign side; pushing one twice changes nothing.

The campaign side reports what it holds and receives only what it lacks. So the platform need not
remember what it pushed, and a restored campaign database is filled with the same bytes again.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from campaigns import handover
from kit.database import Database
from kit.errors import Refused
from kit.log import get_logger
from reports.models import Release, ReleaseState

PUBLISHED = "published"

log = get_logger(__name__)


def push_releases(platform: Database, campaign: Database, *, now: datetime) -> list[str]:
    """Push every release that the campaign side lacks; returns their months."""
    with campaign.reading() as session:
        held = handover.releases_held(session)
    with platform.reading() as session:
        settled = select(Release).where(Release.state != ReleaseState.DRAWING)
        missing = [
            release
            for release in session.scalars(settled.order_by(Release.month))
            if _is_missing(release, held.get(release.month))
        ]
    return [release.month for release in missing if _pushed(campaign, release, now=now)]


def published(campaign: Database) -> Collection[str]:
    """Return the months of which the campaign side has figures, or the notice that there are none.

    They are spent, even if the platform's database and its anchor have both lost them.
    """
    with campaign.reading() as session:
        return handover.releases_held(session).keys()


def release_digest(release: Release) -> str:
    """Return the SHA-256 of all that is pushed of a release, to compare states of a month."""
    document = release.document if release.state == ReleaseState.FROZEN else None
    parts = (release.month, release.state, document or "", release.withdrawn_because or "")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _is_missing(release: Release, held: tuple[str, str] | None) -> bool:
    """Whether the campaign side has nothing, other figures, or withdrawn ones."""
    if held is None:
        return True
    state, held_digest = held
    return state == PUBLISHED and (
        release.state == ReleaseState.WITHDRAWN
        or (release.state == ReleaseState.FROZEN and held_digest != release_digest(release))
    )


def _pushed(campaign: Database, release: Release, *, now: datetime) -> bool:
    try:
        _push(campaign, release, now=now)
    except Refused as refusal:
        log.error("release not pushed", month=release.month, because=str(refusal))
        return False
    log.info("release pushed", month=release.month, state=release.state)
    return True


def _push(campaign: Database, release: Release, *, now: datetime) -> None:
    with campaign.writing() as session:
        if release.state == ReleaseState.FROZEN and release.document is not None:
            handover.publish_release(
                session,
                release.month,
                digest=release_digest(release),
                document=release.document,
                now=now,
            )
        else:
            handover.withdraw_release(
                session,
                release.month,
                digest=release_digest(release),
                state=release.state,
                because=release.withdrawn_because,
                now=now,
            )
