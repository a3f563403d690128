"""Write the next migration from the models.

`python -m checkin.new_migration campaign "Why"`
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import Script

import migrations
from checkin.databases import METADATA, Side, upgrade_side
from kit.database import Database


def main() -> None:
    """Compare one side's models with its history, on SQLite, and write the difference."""
    side, why = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        written = _write(Side(side, f"sqlite:///{folder}/{side}.db"), why)
    _tidy(written)
    print(written)


def _write(side: Side, why: str) -> Path:
    number = 1 + len(list((migrations.FOLDER / side.name / "versions").glob("[0-9]*.py")))
    if number > 1:
        upgrade_side(side)
    database = Database(side.url)
    with database.engine.begin() as connection:
        settings = migrations.config(side.name, connection=connection, metadata=METADATA[side.name])
        settings.attributes["batch"] = number > 1
        script = command.revision(settings, why, autogenerate=True, rev_id=f"{number:04}")
    database.dispose()
    if not isinstance(script, Script):
        raise TypeError("one revision was asked for, and Alembic wrote another number of them")
    return Path(script.path)


def _tidy(written: Path) -> None:
    lines = written.read_text().splitlines()
    written.write_text("\n".join(line for line in lines if not line.startswith("    # ###")))
    ruff = Path(sys.executable).with_name("ruff")
    subprocess.run([ruff, "format", "--quiet", written], check=True)  # noqa: S603 - our own tool


if __name__ == "__main__":
    main()
