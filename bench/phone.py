"""The tenant's way through the form on a slow phone: presses, seconds, bytes of the first load.

Chromium stands in for the phone: 360 by 640 pixels, touch, its processor slowed six times, a
network with 400 ms to wait and 400 kbit/s. The seconds are the machine's own, without anybody's
thinking: from the press in the email to the last page. A press is a choice or a button.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Page

from bench.rows import Measurement
from tests.browser.chromium import PATIENCE, chromium, serving
from tests.portal.every_page import paths_of
from tests.portal.screens import PHONE, throwaway_portal

WAIT_MS, BITS_A_SECOND, SLOWER = 400, 400_000, 6
FIRST_LOAD_KB = 12

LOADED = """["navigation", "resource"].flatMap(kind => performance.getEntriesByType(kind))
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""

NO = (("no",), ())
JOB_ENDED = (("yes",), ("work",), ("ended",), ("now",), ("none",), (), ("no",))
CONSENT = (*JOB_ENDED[:4], ("rent",), (), ("yes", "text"))
"""What is chosen on each page, by the options' values; every page is left by its main button."""

JOURNEYS = (("“no”", NO, 3), ("“my job ended”", JOB_ENDED, 13), ("shown, by text", CONSENT, 14))


@dataclass
class PhoneWalk:
    """What one way through the form took."""

    presses: int = 0
    seconds: float = 0.0
    first_load: int = 0


def measure() -> list[Measurement]:
    """Walk each journey once, in a browser that has nothing in its cache."""
    walks = [(name, most, _walked(pages)) for name, pages, most in JOURNEYS]
    size = walks[0][2].first_load / 1024
    goal = f"≤ {FIRST_LOAD_KB} KB"
    return [
        *(_row(name, most, walk) for name, most, walk in walks),
        Measurement("portal: first load", f"{size:.1f} KB", goal, size <= FIRST_LOAD_KB),
    ]


def _row(name: str, most: int, walk: PhoneWalk) -> Measurement:
    note = f"{walk.seconds:.1f} s at {WAIT_MS} ms, 400 kbit/s, CPU {SLOWER} times slower"
    met = walk.presses <= most
    return Measurement(f"portal: presses for {name}", str(walk.presses), f"≤ {most}", met, note)


def _walked(pages: Sequence[Sequence[str]]) -> PhoneWalk:
    walk = PhoneWalk()
    with throwaway_portal() as site, serving(site.app) as address, _slow_phone(address) as phone:
        path = paths_of(site, "T-001")["reply"]
        started = time.perf_counter()
        phone.goto(path, wait_until="load")
        walk.first_load = phone.evaluate(LOADED)
        for chosen in pages:
            walk.presses += _leave(phone, chosen)
        walk.seconds = time.perf_counter() - started
        if phone.locator(".done").count() != 1:
            raise RuntimeError(f"the walk ended at “{phone.title()}”")
    return walk


def _leave(phone: Page, chosen: Sequence[str]) -> int:
    """Choose and press the main button; returns the presses. The last page has none to press."""
    if phone.locator(".done").count():
        return 0
    for value in chosen:
        choice = f'input[value="{value}"]:not([type="hidden"])'
        phone.locator(choice).check(force=True)
    with phone.expect_navigation():
        phone.locator("button.main").click()
    return len(chosen) + 1


@contextmanager
def _slow_phone(address: str) -> Iterator[Page]:
    with chromium() as browser:
        context = browser.new_context(
            base_url=address, viewport=PHONE, has_touch=True, is_mobile=True
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": WAIT_MS,
                "downloadThroughput": BITS_A_SECOND / 8,
                "uploadThroughput": BITS_A_SECOND / 8,
            },
        )
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        yield page
