"""Replace addresses that lead through a redirector by their target, if they contain it."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from campaigns.checks.addresses import GATEWAYS, TRACKERS, is_of

ADDRESS = re.compile(r"https?://[^\s<>\"]+")
TARGETS = ("url", "u", "q", "target", "destination", "redirect")
DEFENSE = re.compile(r"/v3/__(https?:/+.+?)__;")
LONGEST_CHAIN = 4


@dataclass(frozen=True, slots=True)
class Straight:
    """An address, and a sentence where it is not the one that was given."""

    address: str
    said: str = ""


def straightened(address: str) -> Straight:
    """The page's own address, without redirectors and without what tracks who follows a link."""
    straight, through = address, ""
    for _ in range(LONGEST_CHAIN):
        found = _target(straight)
        if found is None:
            break
        through = through or str(urlsplit(straight).hostname)
        straight = found
    host = urlsplit(straight).hostname if through else ""
    if through:
        said = f"A link led through {through}; it leads straight to {host} now."
        return Straight(_untracked(straight), said)
    clean = _untracked(address)
    if clean == address:
        return Straight(address)
    return Straight(
        clean, f"What tracks readers was taken out of a link to {urlsplit(clean).hostname}."
    )


def _target(address: str) -> str | None:
    """Where a known redirector says that it goes; None for any other address."""
    parts = _split(address)
    host = (parts.hostname or "").lower() if parts else ""
    if parts is None or not (is_of(host, GATEWAYS) or _is_search(host, parts.path)):
        return None
    if found := DEFENSE.search(parts.path):
        return re.sub(r":/+", "://", found[1], count=1)
    for name, value in parse_qsl(parts.query):
        if name in TARGETS:
            return _decoded(value, host)
    return None


def _decoded(value: str, host: str) -> str | None:
    if host.startswith("urldefense"):
        value = unquote(value.replace("-", "%").replace("_", "/"))
    return value if value.startswith(("http://", "https://")) else None


def _is_search(host: str, path: str) -> bool:
    is_google = host.startswith("www.google.") and path == "/url"
    return is_google or (host.endswith("linkedin.com") and path.startswith("/redir"))


def _untracked(address: str) -> str:
    parts = _split(address)
    if parts is None or not parts.query:
        return address
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    left = [(name, value) for name, value in pairs if TRACKERS.fullmatch(name) is None]
    return address if len(left) == len(pairs) else urlunsplit(parts._replace(query=urlencode(left)))


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} else None
