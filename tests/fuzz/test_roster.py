"""Any bytes as a roster: each line of it is taken or named, and no other is lost."""

import io
import re

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from kit.database import Database
from kit.errors import BadInput, Problem
from tenants.roster import imports
from tests.conftest import NOW
from tests.fuzz.material import damaged, fuzzed

SOUND = """tenant_ref,email,housing_association,language,monthly_email,profiling
T-001,tenant-001@example.org,Northfield Homes (example),en,yes,yes
T-002,tenant-002@bücher.example,"Northfield, ""the"" Homes (example)",cy,no,no
"T-003
",tenant-003@example.org,Northfield Homes (example),,yes,
"""
LINE = re.compile(r"line (\d+)\Z")


def _is_named(problem: Problem, lines: int) -> bool:
    """An empty file has no line to name."""
    found = LINE.match(problem.where or "line 1")
    return bool(problem.message) and found is not None and 1 <= int(found[1]) <= lines


@fuzzed(150)
@given(content=damaged(SOUND) | st.binary(max_size=200))
def test_any_bytes_are_a_roster_or_have_a_line_that_is_not(
    platform_db: Database, content: bytes
) -> None:
    lines = len(re.findall(rb"\r\n|\r|\n", content)) + 1
    with Session(platform_db.engine) as session:
        try:
            found = imports.import_csv(
                session, io.BytesIO(content), dry_run=False, now=NOW
            ).rejected
        except BadInput as error:
            found = error.problems
        session.rollback()
    assert [] == [each for each in found if not _is_named(each, lines)]
