"""A used link and an unused one are answered when the same time has passed."""

import time

import pytest

from portal import reply_pages
from tests.portal.site import NOTHING_CHANGED, PortalSite

FAR = 1_000.0


def test_what_is_stored_and_what_is_not_wait_for_the_same_moment(
    site: PortalSite, link_id: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, waited = time.monotonic(), list[float]()
    monkeypatch.setattr(reply_pages, "SECONDS", FAR)
    monkeypatch.setattr("kit.even_time.time.monotonic", lambda: now)
    monkeypatch.setattr("kit.even_time.time.sleep", waited.append)

    for _ in ("unused", "used"):
        site.browser.post(site.reply_path(link_id), data=NOTHING_CHANGED)

    assert [FAR, FAR] == waited
