"""Limits that stop guessing and never lock out those who share an address."""

from datetime import UTC, datetime, timedelta

import pytest

from kit import limits
from kit.limits import Limiter, Rate
from links.signing import Purpose
from portal.limits import GUESSES_OF_AN_ADDRESS, POSTS_TO_A_LINK, network
from tests.portal.site import NOTHING_CHANGED, PortalSite

NOW = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
THREE_A_MINUTE = Rate(3, timedelta(minutes=1))
FROM = {"REMOTE_ADDR": "192.0.2.7"}


def test_as_many_at_once_as_the_rate_allows_and_then_one_at_a_time() -> None:
    limiter = Limiter(THREE_A_MINUTE)
    assert [limiter.allows("a", now=NOW) for _ in range(4)] == [True, True, True, False]
    assert limiter.allows("b", now=NOW)
    later = NOW + timedelta(seconds=20)
    assert [limiter.allows("a", now=later) for _ in range(2)] == [True, False]


def test_a_refusal_costs_nothing_and_a_clock_put_back_locks_nobody_out() -> None:
    limiter = Limiter(THREE_A_MINUTE)
    for _ in range(50):
        limiter.allows("a", now=NOW)
    assert limiter.allows("a", now=NOW + timedelta(seconds=20))
    yesterday = NOW - timedelta(days=1)
    limiter.allows("a", now=yesterday)
    assert limiter.allows("a", now=yesterday + timedelta(minutes=1))


def test_what_is_kept_in_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KEYS_KEPT", 10)
    limiter = Limiter(THREE_A_MINUTE)
    for number in range(100):
        limiter.allows(number, now=NOW)
    assert len(limiter._free_at) == 10


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        (None, "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_a_home_with_a_block_of_addresses_counts_once(address: str | None, counted_as: str) -> None:
    assert network(address) == counted_as


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_guesser_is_told_to_wait_and_the_neighbours_links_still_open(
    site: PortalSite, link_id: bytes
) -> None:
    guess = f"/r/{site.token(Purpose.REPLY, link_id)[:-1]}"
    codes = [
        site.browser.get(guess, environ_base=FROM).status_code
        for _ in range(GUESSES_OF_AN_ADDRESS.times + 5)
    ]
    assert codes == [404] * GUESSES_OF_AN_ADDRESS.times + [429] * 5
    refused = site.browser.get(guess, environ_base=FROM)
    assert (refused.headers["Retry-After"], "Please wait" in refused.text) == ("10", True)
    path = site.reply_path(link_id)
    assert site.browser.get(path, environ_base=FROM).status_code == 200
    assert site.browser.post(path, data=NOTHING_CHANGED, environ_base=FROM).status_code == 200
    assert site.browser.get(guess, environ_base={"REMOTE_ADDR": "192.0.2.8"}).status_code == 404


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_one_link_may_be_posted_to_only_so_often_and_stays_open(
    site: PortalSite, link_id: bytes
) -> None:
    path = site.reply_path(link_id)
    for _ in range(POSTS_TO_A_LINK.times):
        site.browser.post(path, data={})
    before = site.every_row()
    assert site.browser.post(path, data=NOTHING_CHANGED).status_code == 429
    assert site.every_row() == before
    assert site.browser.get(path).status_code == 200
    site.now += timedelta(minutes=1)
    assert site.browser.post(path, data=NOTHING_CHANGED).status_code == 200
