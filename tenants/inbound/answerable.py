"""Which email gets an automatic answer (RFC 3834, section 2). Pure.

Machines, mailing lists and forged senders get none: the answer would loop, or reach somebody who
never wrote. If SES truncated the headers, that cannot be decided and no answer is sent.
"""

import re
from collections.abc import Callable, Collection
from typing import NamedTuple

from tenants.inbound.received import ReceivedMail
from tenants.roster.addresses import BadAddress, normalise

MACHINE = re.compile(
    r"(?:mailer-daemon|postmaster|majordomo|listserv|(?:no|do-?not)[-_.]?reply|owner-.+|.+-owner"
    r"|.+-request|(?:.+-)?bounces?(?:[+=_-].*)?)@.*"
)
"""Addresses that belong to programs by convention (RFC 2142; RFC 3834, section 2; ezmlm and
Mailman)."""
BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
AUTOMATIC = frozenset(
    {"x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply", "x-failed-recipients"}
)
FAIL, PASS = "FAIL", "PASS"


class Judgement(NamedTuple):
    """The address to answer, or the reason for which none is answered."""

    address: str | None
    reason: str = ""


def judge(mail: ReceivedMail, *, own: Collection[str]) -> Judgement:
    """Whether and to whom an answer goes: only ever to the envelope's sender, normalised.

    `own` are this product's own addresses, in lower case.
    """
    for reason, applies in REASONS.items():
        if applies(mail):
            return Judgement(None, reason)
    try:
        address = normalise(mail.source)
    except BadAddress:
        return Judgement(None, "no address")
    if address in own:
        return Judgement(None, "our own")
    return Judgement(None, "a machine") if MACHINE.fullmatch(address) else Judgement(address)


def _has_null_sender(mail: ReceivedMail) -> bool:
    return not mail.source or "<>" in (value.strip() for value in mail.values("return-path"))


def _is_automatic(mail: ReceivedMail) -> bool:
    """`Auto-Submitted: no` alone says that a person sent it; comments and parameters may follow."""
    words = (re.sub(r"\(.*?\)", "", value) for value in mail.values("auto-submitted"))
    said = any(word.partition(";")[0].strip().lower() != "no" for word in words)
    return said or any(name in AUTOMATIC for name, _ in mail.headers)


def _suppresses_answers(mail: ReceivedMail) -> bool:
    return any(value.strip().lower() != "none" for value in mail.values("x-auto-response-suppress"))


def _is_from_a_list(mail: ReceivedMail) -> bool:
    return any(name.startswith("list-") for name, _ in mail.headers)


def _is_bulk(mail: ReceivedMail) -> bool:
    return any(value.strip().lower() in BULK for value in mail.values("precedence"))


def _is_a_report(mail: ReceivedMail) -> bool:
    """Of a delivery, a reading or a complaint (RFC 6522)."""
    kinds = mail.values("content-type")
    return any(kind.strip().lower().startswith("multipart/report") for kind in kinds)


def _is_forged(mail: ReceivedMail) -> bool:
    """A sender whose domain disowns the email; forwarding alone breaks SPF and leaves DKIM."""
    verdicts = mail.verdicts
    has_no_proof = verdicts["spf"] == FAIL and verdicts["dkim"] != PASS
    return has_no_proof or verdicts["dmarc"] == FAIL


def _is_unwanted(mail: ReceivedMail) -> bool:
    return FAIL in (mail.verdicts["spam"], mail.verdicts["virus"])


REASONS: dict[str, Callable[[ReceivedMail], bool]] = {
    "headers cut off": lambda mail: mail.are_headers_cut,
    "null sender": _has_null_sender,
    "automatic": _is_automatic,
    "answers suppressed": _suppresses_answers,
    "a list": _is_from_a_list,
    "bulk": _is_bulk,
    "a report": _is_a_report,
    "spam or virus": _is_unwanted,
    "forged": _is_forged,
}
