"""Find addresses that are not links, and links that tell a third party who follows them.

No tracking: a link that went through another program's gateway holds the trace of whoever copied
it, and shows each tenant's visit to a third party.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from campaigns.checks import visible
from campaigns.content import markdown
from campaigns.content.bare_addresses import ADDRESS
from campaigns.content.placeholders import Fault

SHOWN = 60
GATEWAYS = (
    *("safelinks.protection.outlook.com", "statics.teams.cdn.office.net", "urldefense.com"),
    *("urldefense.proofpoint.com", "mimecast.com", "mimecastprotect.com", "cudasvc.com"),
    *("secure-web.cisco.com", "list-manage.com", "sendgrid.net", "mandrillapp.com", "mailgun.org"),
    *("awstrack.me", "hubspotlinks.com", "rs6.net", "sendibt3.com", "mjt.lu", "createsend.com"),
    *("barracuda.com", "campaign-archive.com"),
    *("l.facebook.com", "lm.facebook.com", "googleadservices.com", "trustifi.com", "fireeye.com"),
)
SHORTENERS = (
    *("bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "lnkd.in"),
    *("dlvr.it", "trib.al", "s.id", "canva.link"),
    *("rebrand.ly", "cutt.ly", "rb.gy", "shorturl.at", "t.ly", "tiny.cc", "aka.ms"),
)
TRACKERS = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|_hs\w+|mkt_tok|igshi?d?|[gw]braid|srsltid|si|twclid|ttclid|yclid|ved",
    re.IGNORECASE,
)
MAILBOX = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def bare(text: str) -> Iterator[Fault]:
    """Find what looks like an address but is not a link."""
    for line, words in visible.lines(text, links=False):
        for match in ADDRESS.finditer(words):
            found = match[0].rstrip(".,;:!?)")
            yield (
                line,
                f"“{found[:SHOWN]}” is no link to press; write [words](address)",
            )


def traced(text: str) -> Iterator[Fault]:
    """Find links that lead through a third party, or carry a tracking identifier."""
    for _words, address in markdown.links_of(text):
        if sentence := _sentence(address):
            yield _line_of(text, address), sentence


def _sentence(address: str) -> str | None:
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    if parts.scheme not in {"http", "https"}:
        return None
    if is_of(host, GATEWAYS) or (host.startswith("www.google.") and parts.path == "/url"):
        return f"a link leads through {host}, which sees who follows it; use the page's own address"
    if is_of(host, SHORTENERS):
        return f"a link leads through {host} and hides where it goes; use the page's own address"
    if MAILBOX.search(unquote(unquote(f"{parts.path}?{parts.query}#{parts.fragment}"))):
        return f"a link to {host} holds somebody's email address; use the page's own address"
    for name, _value in parse_qsl(parts.query, keep_blank_values=True):
        if TRACKERS.fullmatch(name):
            return f"a link to {host} tracks who follows it ({name[:SHOWN]}); leave that part out"
    return None


def is_of(host: str, sites: tuple[str, ...]) -> bool:
    """Whether a host is one of these sites, or below one."""
    return any(host == site or host.endswith(f".{site}") for site in sites)


def _line_of(text: str, address: str) -> int:
    return text.count("\n", 0, max(text.find(address), 0)) + 1
