"""Find links whose words name another site, and links that only a colleague can open."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import accumulate
from operator import ne
from urllib.parse import parse_qsl, urlsplit

from campaigns.checks import addresses, visible
from campaigns.content import markdown
from campaigns.content.placeholders import Fault

SHOWN = 60
HOST = re.compile(
    r"(?<![\w@.-])(?:https?://)?((?:[a-z0-9-]+\.)+(?:uk|com|org|net|info|cymru|wales|scot|eu|io|ie))"
    r"(?=[/?#\s.,;:!)]|$)",
    re.IGNORECASE,
)
PAGE = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}/([\w/-]+?)/?(?:…|\.{3})?", re.IGNORECASE)
MAILBOX = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
TELEPHONE = re.compile(r"\+?\d[\d \-()]{6,18}\d")
KNOWN = {
    "cyngor ar bopeth": ("citizensadvice.org.uk",),
    "helpwrarian": ("moneyhelper.org.uk",),
    "citizens advice": ("citizensadvice.org.uk", "citizensadvice.org.scot"),
    "stepchange": ("stepchange.org",),
    "moneyhelper": ("moneyhelper.org.uk",),
    "turn2us": ("turn2us.org.uk",),
    "national debtline": ("nationaldebtline.org",),
    "shelter": ("shelter.org.uk",),
    "samaritans": ("samaritans.org",),
    "ofgem": ("ofgem.gov.uk",),
    "nhs": ("nhs.uk",),
    "age uk": ("ageuk.org.uk",),
    "universal credit": ("gov.uk",),
    "trussell": ("trussell.org.uk", "trusselltrust.org"),
}
"""Organisations: a link whose words are just their name must lead to their own site."""
SITES = ("gov.uk", *(site for sites in KNOWN.values() for site in sites))
MAIL = (
    *("gmail.com", "hotmail.com", "hotmail.co.uk", "outlook.com", "yahoo.com", "yahoo.co.uk"),
    *("icloud.com", "btinternet.com", "ymail.com", "mail.com", "aol.com"),
)
STOPPED = re.compile(r"[.,;:!]$")
DIALLED = re.compile(
    r"\b(?:ring|call|phone|tel(?:ephone)?|helpline|free|ffon|ffoniwch)\b[^\d.\n]{0,30}"
    r"(?P<number>(?:\+44 ?(?:\(0\) ?)?|0)[1-9][\d ]{4,}\d)(?![\d.,]*\d)",
    re.IGNORECASE,
)
DIGITS = {10, 11}
SHORT = {"08001111", "08454647"}
"""Childline and NHS Direct: the only full numbers of eight digits."""
NAME_ALONE = re.compile(
    r"^(?:the )?(.+?)(?:[’']s?)?(?: (?:website|site|page|home ?page))?$", re.IGNORECASE
)
SHARED = (
    *("docs.google.com", "drive.google.com", "sites.google.com", "sharepoint.com", "1drv.ms"),
    *("onedrive.live.com", "onedrive.com", "dropbox.com", "box.com", "icloud.com", "notion.so"),
    *("wetransfer.com", "we.tl", "trello.com", "airtable.com", "miro.com", "figma.com"),
    *("teams.microsoft.com", "office.com", "mail.google.com", "outlook.live.com", "slack.com"),
    *("office365.com", "atlassian.net", "asana.com", "monday.com", "basecamp.com", "canva.com"),
)
PUBLISHED = re.compile(r"/forms/d/e/[^/]+/viewform|/(?:document|spreadsheets)/d/e/[^/]+/pub")
WORKSHOP_HOST = re.compile(
    r"(?:^|[.-])(?:staging|stage|dev|test|uat|preprod|preview|sandbox|beta-internal|intranet)(?=[.-])"
)
WORKSHOP_PATH = re.compile(
    r"/(?:edit|wp-admin|wp-login\.php|admin|cms|preview|draft)(?:/|$)|/node/\d+/edit", re.IGNORECASE
)
PRIVATE_KEYS = {
    "preview",
    "preview_id",
    "preview_nonce",
    "draft",
    "edit",
    "sharingaction",
    "resourcekey",
}
SESSIONS = re.compile(
    r"(?:php|asp|j)?sess(?:ion)?_?(?:id|token)|auth(?:_?token)?|access_token|sid", re.IGNORECASE
)


def elsewhere(text: str) -> Iterator[Fault]:
    """Find words that name one site on a link to another."""
    for words, address in markdown.links_of(text):
        if named := _contradiction(words, address):
            yield (
                _line_of(text, address),
                f"the link “{words[:SHOWN]}” leads to {named[:SHOWN]}; make its words and its "
                "address agree",
            )


def private(text: str) -> Iterator[Fault]:
    """Find links to shared documents, pages under construction or somebody's session."""
    for _words, address in markdown.links_of(text):
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
        keys = {key.lower() for key, _value in parse_qsl(parts.query, keep_blank_values=True)}
        if parts.scheme not in {"http", "https"}:
            continue
        if addresses.is_of(host, SHARED) and not PUBLISHED.search(parts.path):
            message = f"a link leads to a shared document on {host}; tenants may not get in"
        elif WORKSHOP_HOST.search(host) or WORKSHOP_PATH.search(parts.path) or keys & PRIVATE_KEYS:
            message = f"a link to {host} leads to a page that is being worked on, not to the page"
        elif any(SESSIONS.fullmatch(key) for key in keys):
            message = f"a link to {host} holds somebody's session; use the page's own address"
        else:
            continue
        yield _line_of(text, address), message


def misspelt(text: str) -> Iterator[Fault]:
    """Find addresses that are one slip away from one that everybody knows: “goc.uk”."""
    for _words, address in markdown.links_of(text):
        parts = urlsplit(address)
        is_mail = parts.scheme == "mailto"
        host = parts.path.rpartition("@")[2] if is_mail else parts.hostname or ""
        if STOPPED.search(address):
            yield _line_of(text, address), f"“{address[-SHOWN:]}” ends in a stop; take it out"
        elif meant := _meant(host.lower(), MAIL if is_mail else SITES):
            yield _line_of(text, address), f"“{host}” looks like a slip for {meant}; look it up"


def misdialled(text: str) -> Iterator[Fault]:
    """Find British telephone numbers that have a digit too many or too few."""
    for line, words in visible.lines(text, links=False):
        for found in DIALLED.finditer(words):
            if _is_no_number(found["number"]):
                yield line, _too_long_or_short(found["number"])
    for _words, address in markdown.links_of(text):
        scheme, _, number = address.partition(":")
        if scheme == "tel" and number.startswith(("0", "+44")) and _is_no_number(number):
            yield _line_of(text, address), _too_long_or_short(number)


def _is_no_number(number: str) -> bool:
    """A time of day may follow: what counts is that a number ends where a group does."""
    ends = {len(_digits(read)) for read in accumulate(number.split())}
    return ends.isdisjoint(DIGITS) and _digits(number) not in SHORT


def _too_long_or_short(number: str) -> str:
    digits = len(_digits(number))
    return f"“{number.strip()}” has {digits} digits, as no telephone number does; look it up"


def _meant(host: str, sites: tuple[str, ...]) -> str | None:
    labels = host.split(".")
    tails = [".".join(labels[at:]) for at in range(len(labels))]
    if not set(tails).isdisjoint(sites):
        return None
    return next((site for site in sites for tail in tails if _is_a_slip(tail, site)), None)


def _is_a_slip(written: str, meant: str) -> bool:
    """Whether one letter was missed, added or changed, or two have changed places."""
    if sorted(written) == sorted(meant):
        return [*filter(None, map(ne, written, meant))] == [True, True]
    edits = SequenceMatcher(None, written, meant, autojunk=False).get_opcodes()
    return (
        sum(max(end - start, to - at) for what, start, end, at, to in edits if what != "equal") == 1
    )


def _contradiction(words: str, address: str) -> str | None:
    """Where the link leads, if its words say something else."""
    parts = urlsplit(address)
    if parts.scheme == "mailto":
        said = MAILBOX.search(words)
        return parts.path if said and said[0].casefold() != parts.path.casefold() else None
    if parts.scheme == "tel":
        number = TELEPHONE.search(words)
        return parts.path if number and _digits(number[0]) != _digits(parts.path) else None
    host = (parts.hostname or "").lower()
    said_hosts = [found[1].lower() for found in HOST.finditer(words)]
    if said_hosts:
        is_there = any(_are_one(said, host) for said in said_hosts)
        return (None if is_there else host) or _other_page(words, parts.path)
    alone = NAME_ALONE.match(words.strip())
    sites = KNOWN.get(alone[1].casefold(), ()) if alone else ()
    return host if host and sites and not addresses.is_of(host, sites) else None


def _other_page(words: str, path: str) -> str | None:
    """The path of the address, if the words are an address with another one."""
    said = PAGE.fullmatch(words.strip())
    return None if said is None or path.strip("/").startswith(said[1]) else path


def _are_one(one: str, other: str) -> bool:
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _digits(number: str) -> str:
    """The digits, a British number in one spelling."""
    digits = "".join(filter(str.isdecimal, number))
    return "0" + digits[2:].removeprefix("0") if digits.startswith("44") else digits


def _line_of(text: str, address: str) -> int:
    return text.count("\n", 0, max(text.find(address), 0)) + 1
