"""The register of complaints at the command line."""

import json
from pathlib import Path

from tests.cli.conftest import Cli


def test_a_complaint_goes_from_its_arrival_to_its_outcome(cli: Cli, empty: Path) -> None:
    (empty / "complaint.txt").write_text("You use it wrongly.")
    reference = cli("complaints", "add", "complaint.txt").stdout.partition(":")[0]

    assert f"{reference}: received" in cli("complaints", "list").stdout
    assert "30 days left" in cli("complaints", "list").stdout
    assert 0 == cli("complaints", "acknowledge", reference).exit_code
    assert "outcome due" in cli("complaints", "list").stdout
    closing = ("--outcome", "the address was corrected", "--by", "officer@example.org")
    assert 0 == cli("complaints", "close", reference, *closing).exit_code

    assert "" == cli("complaints", "list").stdout
    (held,) = json.loads(cli("complaints", "list", "--json").stdout)
    assert held == json.loads(cli("complaints", "show", reference).stdout)
    assert ("You use it wrongly.", "the address was corrected", "officer@example.org") == (
        held["text"],
        held["outcome"],
        held["closed_by"],
    )
