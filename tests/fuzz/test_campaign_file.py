"""Any bytes as a campaign file: a draft that exports to itself, or faults with a place each."""

from pathlib import Path

from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from campaigns.content import files
from campaigns.planning import drafts
from campaigns.writing import samples
from checkin.cli import main
from kit.database import Database
from kit.errors import BadInput, Problem
from tests.conftest import NOW
from tests.console import months
from tests.fuzz.material import damaged, fuzzed

HEADED = """---
month: 2026-12
send_at: 2026-12-01T10:00
not_after: 48h
subject: Has anything changed this month?
preheader: Two minutes, and a tip
questions: [work, hours]
---
Hello, *you*.

## Tips
### A tip's title
Its text, with [a link](https://example.org) and {{ month_name }}.

- one
- two

## Closing
Thank you.
"""
ANY = damaged(HEADED, samples.sample_file("2026-12")) | st.binary(max_size=200)


@fuzzed(300)
@given(content=ANY)
def test_any_text_parses_or_has_faults_with_a_place(content: bytes) -> None:
    faults: tuple[Problem, ...] = ()
    try:
        parsed = files.parse(content.decode(errors="replace"))
        assert parsed == files.parse(files.write(parsed))
    except BadInput as error:
        faults = error.problems
    assert [] == [fault for fault in faults if not (fault.where and fault.message)]


@fuzzed(40)
@given(content=ANY)
def test_any_text_becomes_a_draft_or_has_faults_with_a_place(
    campaign_db: Database, content: bytes
) -> None:
    with Session(campaign_db.engine) as session:
        months.publish(session)
        faults: tuple[Problem, ...] = ()
        try:
            text = content.decode(errors="replace")
            campaign = drafts.import_file(session, text, by="author@example.org", now=NOW)
            assert drafts.export_file(session, campaign.month)
        except BadInput as error:
            faults = error.problems
        session.rollback()
    assert [] == [fault for fault in faults if not (fault.where and fault.message)]


@fuzzed(15)
@given(content=st.binary(max_size=60))
def test_any_file_ends_the_command_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "month.md"
    file.write_bytes(content)
    database = {"CHECKIN_CAMPAIGN_DATABASE_URL": f"sqlite:///{tmp_path}/none.db"}

    ended = CliRunner().invoke(main, ["campaigns", "import", str(file)], env=database)

    assert (1, False) == (ended.exit_code, "unforeseen" in ended.output)
