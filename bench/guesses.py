"""Altered links over the whole application: none opens anything, and what refusing one costs."""

import os
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from werkzeug.test import create_environ

from bench.portal_site import MeasuredPortal
from bench.rows import Measurement
from checkin.databases import platform_is_current
from kit import log
from kit.database import Database
from links.healing import token_in
from portal.app import create_app

GUESSES = 200_000
A_NETWORK = 50
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=%é\0"
REFUSED = {"404", "429"}


def refused(site: MeasuredPortal) -> Iterator[Measurement]:
    """Each token is a true, unspent one with one character changed, taken out or put in.

    What healing takes off again is left out: such a token was never altered.

    Fifty come from each network, which is fewer than the portal takes before it says 429, so that
    nearly all of them are read.
    """
    altered = islice(_altered(site.tokens()[-1], random.Random(GUESSES)), GUESSES)
    database = Database(site.url)
    application = create_app(
        settings=site.settings, platform=database, is_current=platform_is_current
    )
    with Path(os.devnull).open("w") as nowhere:
        log.configure(stream=nowhere)
        begun = time.process_time()
        statuses = _statuses(application.wsgi_app, altered)
        cost = (time.process_time() - begun) / GUESSES
    log.configure()
    database.dispose()
    accepted = sum(count for status, count in statuses.items() if status not in REFUSED)
    yield Measurement(
        name="altered links over the whole application",
        value=f"{accepted} accepted",
        target="none, and no 5xx",
        met=accepted == 0,
        note=f"of {GUESSES:,}: {dict(statuses)}; {cost * 1e6:.0f} µs of CPU each, log included",
    )


def _statuses(application: Any, tokens: Iterable[str]) -> Counter[str]:
    statuses: Counter[str] = Counter()
    environ = create_environ("/r/")
    for number, token in enumerate(tokens):
        network = number // A_NETWORK
        path = f"/r/{token}".encode().decode("latin-1")
        address = f"10.{network >> 16}.{network >> 8 & 255}.{network & 255}"
        asked = {**environ, "PATH_INFO": path, "REMOTE_ADDR": address}
        answer = application(asked, lambda status, *_: statuses.update([status[:3]]))
        b"".join(answer)
        answer.close()
    return statuses


def _altered(token: str, chance: random.Random) -> Iterator[str]:
    while True:
        place, letter = chance.randrange(len(token)), chance.choice(ALPHABET)
        altered = token[:place] + letter + token[place + chance.randrange(2) :]
        if token_in(altered) != token:
            yield altered
