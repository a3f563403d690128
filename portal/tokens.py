"""Read the token of a requested page, within the rate limits."""

from datetime import datetime

from flask import request
from werkzeug.exceptions import TooManyRequests

from kit.limits import Limiter
from links import signing
from links.errors import LinkInvalid
from links.signing import Purpose
from portal.context import portal
from portal.limits import network


def link_id(purpose: Purpose, token: str) -> bytes:
    """Return the link id of a token signed for `purpose`.

    Raises:
        LinkInvalid: it was not signed here for this purpose.
        TooManyRequests: too many invalid links from this network, or posts to this link.
    """
    here = portal()
    try:
        found = signing.verify(here.link_keys.current(), purpose, token)
    except LinkInvalid:
        _count(here.limits.guesses, network(request.remote_addr), here.clock())
        raise
    if request.method == "POST":
        _count(here.limits.posts, (purpose, found), here.clock())
    return found


def _count(limiter: Limiter, key: object, now: datetime) -> None:
    if not limiter.allows(key, now=now):
        raise TooManyRequests(retry_after=limiter.retry_after)
