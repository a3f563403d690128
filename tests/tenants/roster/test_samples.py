"""The demo's roster is a good one, and plainly nobody's."""

import csv
import io

import pytest

from kit.database import Database
from tenants.handover.mailing_list import recipients
from tenants.roster.samples import roster
from tests.tenants.roster.rosters import TODAY, load


@pytest.mark.parametrize("asked_for", [0, 1, 9, 10, 240, 1000])
def test_as_many_are_mailed_as_were_asked_for(platform_db: Database, asked_for: int) -> None:
    report = load(platform_db, roster(asked_for).encode())
    assert (report.created, report.rejected) == (asked_for + 5, ())
    with platform_db.reading() as session:
        found = recipients(session, after="", today=TODAY, limit=10_000)
    assert len(found) == asked_for


def test_the_sample_is_plainly_fictional_and_meets_the_simulator() -> None:
    rows = list(csv.DictReader(io.StringIO(roster(240))))
    simulated = [row["email"] for row in rows if row["email"].endswith("@simulator.amazonses.com")]
    assert simulated == [
        "bounce+tenant-238@simulator.amazonses.com",
        "complaint+tenant-239@simulator.amazonses.com",
        "suppressionlist+tenant-240@simulator.amazonses.com",
    ]
    others = {row["email"].partition("@")[2] for row in rows if row["email"] not in simulated}
    assert others == {"example.org"}
    assert all("(example)" in row["housing_association"] for row in rows)
    assert len({row["housing_association"] for row in rows}) == 3
