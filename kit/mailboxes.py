"""A From or Reply-To address: one mailbox, with or without a display name."""

from collections.abc import Sequence
from email.header import Header
from email.headerregistry import Address
from email.policy import default as mail_policy
from email.utils import parseaddr
from functools import lru_cache
from typing import Protocol

from kit.web_addresses import host_in_ascii

LINE_MAX = 75
"""The longest line that may hold an encoded word (RFC 2047, section 2)."""
NOT_ONE = "is not one email address; write NAME@HOST or Some Name <NAME@HOST>"
NOT_ASCII = "has a letter before the @ that is not plain ASCII; SES cannot send from it"


class Mailboxes(Protocol):
    """Settings that say who sends the campaign's email and where answers to it go."""

    @property
    def from_address(self) -> str: ...
    @property
    def reply_to(self) -> str | None: ...
    @property
    def reply_to_shared_domain(self) -> str: ...


def parse(text: str) -> str:
    """Return the mailbox with its domain in Punycode, otherwise unchanged.

    Raises:
        ValueError: it is not one mailbox, or SES could not send from it.
    """
    box = _only_mailbox(text)
    if box is None:
        raise ValueError(NOT_ONE)
    if not box.username.isascii():
        raise ValueError(NOT_ASCII)
    if box.domain.isascii():
        return text
    domain = host_in_ascii(box.domain)
    return str(Address(box.display_name, box.username, domain))


@lru_cache(maxsize=16)
def encoded(mailbox: str) -> str:
    """Return a parsed mailbox in ASCII: other names as encoded words (RFC 2047), as SES requires.

    https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
    """
    if mailbox.isascii():
        return mailbox
    box = _only_mailbox(mailbox)
    if box is None:
        raise ValueError(NOT_ONE)
    return f"{Header(box.display_name, 'utf-8', LINE_MAX).encode(linesep='')} <{box.addr_spec}>"


def address_of(mailbox: str) -> str:
    """The bare address of a parsed mailbox, in lower case."""
    return parseaddr(mailbox)[1].lower()


def domain_of(mailbox: str) -> str:
    """The domain of a parsed mailbox, in lower case."""
    return address_of(mailbox).rpartition("@")[2]


def reply_to_problem(settings: Mailboxes) -> str | None:
    """Return why replies would reach the sender, who would read them; None if they would not.

    A subdomain of the sender's domain belongs to the sender. A domain that both sides share must be
    confirmed by a setting.
    """
    if settings.reply_to is None:
        return None
    sender, receiver = domain_of(settings.from_address), domain_of(settings.reply_to)
    if not f".{receiver}".endswith(f".{sender}"):
        return None
    if settings.reply_to_shared_domain.lower() == receiver:
        return None
    return (
        f"is at {receiver}, a domain of the sender's, who would read what tenants answer; use an "
        "address of the platform's, or set CHECKIN_REPLY_TO_SHARED_DOMAIN to this domain if the "
        "platform receives its mail"
    )


def _only_mailbox(text: str) -> Address | None:
    if not text.isprintable():
        return None
    header = mail_policy.header_factory("From", text)
    mailboxes: Sequence[Address] = getattr(header, "addresses", ())
    if header.defects or len(mailboxes) != 1 or not mailboxes[0].domain:
        return None
    return mailboxes[0]
