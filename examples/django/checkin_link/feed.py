"""Follow the feed of changes: who stopped the emails, whom they do not reach, who was erased."""

from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from checkin_link.client import Checkin
from checkin_link.models import FeedPosition, Tenancy

STOPPED = {"stopped": True, "paused": True, "resumed": False}
UNREACHED = ("email-bounced", "marked-as-spam")


def follow() -> int:
    """Take every page since the last one; returns how many changes there were."""
    taken = 0
    position, _ = FeedPosition.objects.get_or_create(pk=1)
    for page in Checkin().changes(position.after):
        with transaction.atomic():
            taken += _take(page)
    return taken


def take(page: dict[str, Any], *, after: int) -> None:
    """Take a page that the webhook brought. If one is missing before it, ask for all of them."""
    with transaction.atomic():
        position, _ = FeedPosition.objects.select_for_update().get_or_create(pk=1)
        if after == position.after:
            _take(page)
        elif after > position.after:
            transaction.on_commit(follow)


def _take(page: dict[str, Any]) -> int:
    for change in page["items"]:
        _apply(change)
    upto = int(page["next"])
    FeedPosition.objects.filter(pk=1, after__lt=upto).update(after=upto)
    return len(page["items"])


def _apply(change: dict[str, Any]) -> None:
    theirs = Tenancy.objects.filter(reference=change["tenant_ref"])
    action, moment = change["action"], parse_datetime(change["done_at"])
    if action in STOPPED:
        theirs.update(emails_stopped=STOPPED[action])
    elif action in UNREACHED:
        theirs.update(unreached_since=moment)
    elif action == "email-works-again":
        theirs.update(unreached_since=None)
    elif action == "erased":
        theirs.update(erased_at=moment, monthly_email=False)
