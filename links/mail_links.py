"""The two links of a mail, as it carries them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from links import signing
from links.signing import Purpose


class MailLinks(NamedTuple):
    """The URLs that a mail carries for one link id: to reply, and to stop the emails."""

    reply: str
    stop: str


LinkWriter = Callable[[bytes], MailLinks]
"""Writes the URLs of a link id."""


def link_writer(keys: Sequence[bytes], portal_url: str) -> LinkWriter:
    """Return what writes the URLs of a link id, signed with the newest of `keys`."""
    base = portal_url.rstrip("/")
    reply, stop = signing.signer(keys, Purpose.REPLY), signing.signer(keys, Purpose.STOP)
    return lambda link_id: MailLinks(f"{base}/r/{reply(link_id)}", f"{base}/stop/{stop(link_id)}")
