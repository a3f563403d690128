"""Two months that differ in one tenant's reply, right or consent look alike to the campaign side.

What it sees: its whole database and the server's statistics, its Redis, its SES account and queue,
every page of its console, and what the tenants' pages answer to every link that it was handed, by
status, headers, bytes and coarse time. `sight` says what is not compared: random numbers and the
machine's own times. What is released of the replies has its own attacks (`tests/reports/attacks`);
this month is too small for figures.
"""

import pytest

from tests.deploy.adversary import deeds, leaks
from tests.deploy.adversary.conftest import Live
from tests.deploy.adversary.deeds import Deeds
from tests.deploy.adversary.month import VICTIM, address_of
from tests.deploy.adversary.sight import differences


@pytest.mark.parametrize("what", deeds.TELLS_NOTHING)
def test_the_sender_does_not_learn_that_a_tenant(live: Live, what: str) -> None:
    assert {} == differences(live(deeds.NOTHING), live(deeds.TELLS_NOTHING[what]))


@pytest.mark.parametrize("what", deeds.IS_NOT_MAILED)
def test_the_sender_does_not_learn_from_a_stop_that_a_tenant(live: Live, what: str) -> None:
    assert {} == differences(live(deeds.STOPS), live(deeds.IS_NOT_MAILED[what]))


def test_of_a_stop_the_sender_learns_the_address_and_no_more(live: Live) -> None:
    """Its mail was skipped, and nothing says why; the mark itself went with the month."""
    different = differences(live(deeds.NOTHING), live(deeds.STOPS))

    mails = [row for row in different["table deliveries (open)"] if row.startswith("+")]
    assert [True] == [address_of(VICTIM) in row and "suppressed" in row for row in mails]
    assert "table suppressions (open)" not in different


@pytest.mark.parametrize("what", deeds.NEVER_MAILED)
def test_the_sender_is_given_no_address_by_a_right(live: Live, what: str) -> None:
    assert {} == differences(live(deeds.NEVER_AGREED), live(deeds.NEVER_MAILED[what]))


@pytest.mark.parametrize("leak", leaks.PLACES)
def test_a_leak_is_found(live: Live, leak: str) -> None:
    replied = deeds.TELLS_NOTHING["answers in full"]
    different = differences(live(deeds.NOTHING, leaks.plant), live(replied, leaks.plant))

    assert leaks.PLACES[leak] in different


def test_a_mark_with_a_reason_is_found(live: Live) -> None:
    restricts: Deeds = deeds.IS_NOT_MAILED["restricts"]
    different = differences(
        live(deeds.STOPS, leaks.plant_reason), live(restricts, leaks.plant_reason)
    )

    assert "table deliveries (open)" in different
