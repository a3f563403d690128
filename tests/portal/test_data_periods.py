"""The privacy page says the periods that are set."""

from datetime import timedelta

import pytest

from kit.settings import Settings
from portal.data import periods
from portal.data.periods import Period
from tests.portal.site import PortalSite


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_privacy_page_names_each_period(site: PortalSite) -> None:
    page = " ".join(site.browser.get("/privacy").text.split())

    for said in (
        "until you delete them, and 24 months at most.",
        "60 days after their last day.",
        "3 months after that month.",
        "We keep it for 30 days.",
        "and 30 days have passed,",
    ):
        assert said in page


@pytest.mark.parametrize(
    ("set_to", "said"),
    [
        (timedelta(hours=1), Period(1, is_months=False)),
        (timedelta(days=60), Period(60, is_months=False)),
        (timedelta(days=61), Period(2, is_months=True)),
        (timedelta(days=365), Period(12, is_months=True)),
    ],
)
def test_a_period_is_said_in_days_or_months(set_to: timedelta, said: Period) -> None:
    assert said == periods.kept_periods(Settings(keep_replies=set_to)).replies
