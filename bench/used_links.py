"""Whether the time of an answer tells that a link was used: whoever sent the mails can press them.

One visitor presses the last button of pairs of links, one used and one not, in an order drawn for
each pair. P(slower) is the share of pairs in which the used one took longer: 50 % tells nothing.
"""

import random
import tempfile
from collections.abc import Iterator, Sequence
from math import sqrt
from pathlib import Path
from statistics import median

import psycopg

from bench.portal import REPLY, posted
from bench.portal_site import MeasuredPortal, portal_site
from bench.rows import Measurement
from bench.visitors import send_all, wait

PAIRS, WARM = 2_000, 100
NORMAL = 1.96
"""Of a 95 % interval (Wilson's)."""
TELLS = 0.25
"""How far from a half P(slower) may lie. Each link can be pressed unused only once."""

Pair = tuple[float, float]
"""The seconds that a used link and an unused one took."""


def measure() -> list[Measurement]:
    """P(slower) of used against unused, on PostgreSQL; nothing where there is no server."""
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            portal_site(Path(folder), 2 * (2 * PAIRS + WARM)) as site,
        ):
            return list(_told(site))
    except psycopg.OperationalError:
        return []


def _told(site: MeasuredPortal) -> Iterator[Measurement]:
    tokens = site.tokens()
    with site.gunicorn("checkin.wsgi:portal()") as port:
        for which, some in (
            ("never replied before", tokens[: len(tokens) // 2]),
            ("replied in an earlier month", tokens[len(tokens) // 2 :]),
        ):
            used, unused = some[:PAIRS], some[PAIRS : 2 * PAIRS]
            send_all(port, posted([*some[2 * PAIRS :], *used], REPLY), 307)
            yield _row(which, _pairs(port, used, unused))


def _pairs(port: int, used: Sequence[str], unused: Sequence[str]) -> list[Pair]:
    drawn = random.Random(0)
    return [
        _pair(port, *posted(pair, REPLY), used_first=drawn.random() < 1 / 2)
        for pair in zip(used, unused, strict=True)
    ]


def _pair(port: int, used: bytes, unused: bytes, *, used_first: bool) -> Pair:
    if used_first:
        return wait(port, used, b" 307 "), wait(port, unused, b" 307 ")
    of_unused = wait(port, unused, b" 307 ")
    return wait(port, used, b" 307 "), of_unused


def _row(which: str, pairs: Sequence[Pair]) -> Measurement:
    share = sum(used > unused for used, unused in pairs) / len(pairs)
    low, high = _interval(share, len(pairs))
    halves = [median(side) * 1e3 for side in zip(*pairs, strict=True)]
    return Measurement(
        name=f"P(slower) of a used link; its tenant {which}",
        value=f"{share:.2f} ({low:.2f} to {high:.2f})",
        target=f"0.5 ± {TELLS:g}",
        met=abs(share - 1 / 2) <= TELLS,
        note=f"{len(pairs):,} pairs; median {halves[0]:.1f} ms used, {halves[1]:.1f} ms unused",
    )


def _interval(share: float, number: int) -> tuple[float, float]:
    """Wilson's interval (Wilson 1927)."""
    square = NORMAL**2
    middle = (share + square / (2 * number)) / (1 + square / number)
    width = NORMAL * sqrt(share * (1 - share) / number + square / (4 * number**2))
    return middle - width / (1 + square / number), middle + width / (1 + square / number)
