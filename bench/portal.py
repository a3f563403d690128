"""The tenants' portal: its rates against a bare Flask site, its weight, and what guessing costs.

Both sites run under gunicorn on one PostgreSQL and share the machine with their visitors. They are
asked in turn, a short slice each, so that whatever else the machine does touches both.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median

import psycopg

from bench import guesses
from bench.portal_site import MeasuredPortal, portal_site
from bench.rows import Measurement
from bench.visitors import LoadResult, answer, send_all

SLICES, SLICE = 21, 150
WARM = 100
AT_LEAST = 0.5
STORED_AT_LEAST = 0.4
"""A reply takes some six round trips beside the bare site's three (`docs/adr/0013-…`)."""
LIGHT_KB, FEW = 30, 4
REPLY = (
    "changed=yes&topics=work&topics=benefits&work=ended&work-when=now&benefits=waiting"
    "&benefits-which=housing&support=rent&support=debts&show=no&step=show&go=send"
)
NEXT = "changed=yes&topics=work&topics=benefits&step=topics&go=on"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
RESOURCE = re.compile(rb'<(?:link|script|img)[^>]* (?:href|src)="([^"]+)"')

Pair = tuple[LoadResult, LoadResult]
"""What the portal and the bare site made of one slice each."""


def measure() -> list[Measurement]:
    """Every figure of the portal, on PostgreSQL; only the guesses' where there is no server."""
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            portal_site(Path(folder), 2 * (SLICES * SLICE + WARM)) as site,
        ):
            return [*_served(site), *guesses.refused(site)]
    except psycopg.OperationalError:
        return []


def _served(site: MeasuredPortal) -> Iterator[Measurement]:
    with (
        site.gunicorn("checkin.wsgi:portal()") as portal,
        site.gunicorn("bench.bare_site:site()") as bare,
    ):
        tokens = site.tokens()
        new, known = iter(tokens[: len(tokens) // 2]), iter(tokens[len(tokens) // 2 :])
        for some in (new, known):
            _warm(portal, bare, list(islice(some, WARM)))
        shares = [list(islice(new, SLICE)) for _ in range(SLICES)]
        later = [list(islice(known, SLICE)) for _ in range(SLICES)]
        page, form = [_request("/")] * SLICE, [_request("/", REPLY)] * SLICE
        yield _row(
            "GET of the form ÷ a bare Flask page",
            [
                (send_all(portal, _opened(share), 200), send_all(bare, page, 200))
                for share in shares
            ],
        )
        yield _row(
            "POST of an answer ÷ a bare Flask POST with one INSERT",
            [
                (send_all(portal, posted(share, NEXT), 200), send_all(bare, form, 200))
                for share in shares
            ],
        )
        for which, kept in (("a first reply", shares), ("a later reply", later)):
            yield _row(
                f"POST that stores {which} ÷ a bare Flask POST with one INSERT",
                [
                    (send_all(portal, posted(share, REPLY), 307), send_all(bare, form, 200))
                    for share in kept
                ],
                at_least=STORED_AT_LEAST,
            )
        yield _weight(portal, shares[0][0])


def _row(name: str, slices: Sequence[Pair], at_least: float = AT_LEAST) -> Measurement:
    ratio = median(portal.rate / bare.rate for portal, bare in slices)
    rates = [median(served.rate for served in side) for side in zip(*slices, strict=True)]
    waits = sorted(wait for portal, _ in slices for wait in portal.waits)
    half, most = waits[len(waits) // 2], waits[len(waits) * 99 // 100]
    return Measurement(
        name=name,
        value=f"{ratio:.2f}",
        target=f"≥ {at_least:g}",
        met=ratio >= at_least,
        note=f"{rates[0]:,.0f} and {rates[1]:,.0f} a second; p99 {most * 1e3:.0f} ms"
        f" ÷ p50 {half * 1e3:.0f} ms = {most / half:.1f}",
    )


def _weight(port: int, token: str) -> Measurement:
    """The first load of the form: the page and all that it asks for, heads left out."""
    page = _body(answer(port, _request(f"/r/{token}")))
    paths = [found.decode() for found in RESOURCE.findall(page)]
    size = len(page) + sum(len(_body(answer(port, _request(path)))) for path in paths)
    return Measurement(
        name="first load of the form",
        value=f"{size:,} bytes in {1 + len(paths)} requests",
        target=f"≤ {LIGHT_KB} KB, ≤ {FEW}",
        met=size <= LIGHT_KB * 1024 and 1 + len(paths) <= FEW,
        note="not compressed; the style sheet and the icon are kept for a week",
    )


def _warm(portal: int, bare: int, tokens: Sequence[str]) -> None:
    send_all(portal, _opened(tokens), 200)
    send_all(portal, posted(tokens, REPLY), 307)
    send_all(bare, [_request("/"), _request("/", REPLY)] * WARM, 200)


def _opened(tokens: Sequence[str]) -> list[bytes]:
    return [_request(f"/r/{token}") for token in tokens]


def posted(tokens: Sequence[str], form: str) -> list[bytes]:
    return [_request(f"/r/{token}", form) for token in tokens]


def _request(path: str, form: str | None = None) -> bytes:
    head = f"{'GET' if form is None else 'POST'} {path} HTTP/1.1\r\nHost: localhost\r\n"
    if form is not None:
        head += f"{FORM}Content-Length: {len(form)}\r\n"
    return f"{head}Connection: close\r\n\r\n{form or ''}".encode()


def _body(answered: bytes) -> bytes:
    return answered.partition(b"\r\n\r\n")[2]
