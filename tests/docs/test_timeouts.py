"""The table of time-outs in the documents is that of the code."""

from pathlib import Path

from kit import timeouts
from kit.timeouts import DatabaseTimeouts

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
USES = {
    "the check behind `/readyz`": timeouts.LOOK,
    "`checkin doctor`": timeouts.DIAGNOSIS,
    "a page of the console or the portal": timeouts.WEB,
    "a task": timeouts.JOB,
    "a command (an import, a freeze)": timeouts.OPERATOR,
    "`checkin init` (migrations)": timeouts.MIGRATION,
}


def _row(use: str, chosen: DatabaseTimeouts) -> str:
    seconds = (chosen.connect, chosen.statement, chosen.lock, chosen.silence)
    return f"| {use} | {' | '.join(f'{each:g}' for each in seconds)} |"


def test_every_use_of_a_database_stands_in_the_table() -> None:
    written = OPERATIONS.read_text()
    assert [] == [use for use, chosen in USES.items() if _row(use, chosen) not in written]
    named = {each for each in vars(timeouts).values() if isinstance(each, DatabaseTimeouts)}
    assert named == set(USES.values())
