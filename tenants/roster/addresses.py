"""Normalise email addresses.

An address is stored, compared and mailed in lower case. RFC 5321 (2.4) allows local parts that
depend on case, but no mailbox provider uses it, and two spellings of one inbox must not get two
emails. An internationalised domain is stored as Punycode, which SES requires.
"""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from kit import invisible
from tenants.roster import lookalikes

LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LOCAL_PART_MAX = 64
ADDRESS_MAX = 254


class BadAddress(ValueError):
    """Not an address that can be mailed; the text says why, without repeating it."""


def normalise(text: str) -> str:
    """Return the address in lower case, its domain in Punycode.

    Raises:
        BadAddress: it is not an address, or its local part is not ASCII.
    """
    local, at, domain = invisible.removed(text).strip().rpartition("@")
    if not at or not local:
        raise BadAddress("is not an email address; write it as name@example.org")
    if not local.isascii():
        raise BadAddress("has a character before the @ that is not plain ASCII; SES cannot mail it")
    if not domain.isascii() and _may_deceive(domain):
        raise BadAddress("has a letter after the @ that only looks like plain ASCII; type it again")
    local, domain = local.lower(), domain.lower()
    if len(local) > LOCAL_PART_MAX or not LOCAL_PART.fullmatch(local):
        raise BadAddress("is not an email address: the part before the @ is not valid")
    ascii_domain = _domain(domain)
    if ascii_domain is None:
        raise BadAddress("is not an email address: the part after the @ is not a valid domain")
    if len(local) + 1 + len(ascii_domain) > ADDRESS_MAX:
        raise BadAddress(f"is longer than {ADDRESS_MAX} characters")
    return f"{local}@{ascii_domain}"


def _may_deceive(domain: str) -> bool:
    return lookalikes.becomes_ascii(domain) or any(map(lookalikes.mixes_scripts, domain.split(".")))


@lru_cache(maxsize=10_000)
def _domain(domain: str) -> str | None:
    """Check a domain, once: a million tenants share few domains."""
    if len(domain) > ADDRESS_MAX:
        return None
    try:
        checked = validate_email(f"a@{domain}", check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return checked.ascii_domain.lower()
