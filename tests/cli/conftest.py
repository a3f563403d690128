"""The command line on two fresh SQLite files, in an empty folder."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from click.testing import CliRunner, Result

from checkin.cli import main


class Cli(Protocol):
    """Runs `checkin` with these arguments."""

    def __call__(self, *arguments: str) -> Result: ...


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, and no variable of Check-in's or AWS's set."""
    for name in list(os.environ):
        if name.startswith(("CHECKIN_", "AWS_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def bare(empty: Path) -> Iterator[Cli]:
    """The command line where `checkin init` was not run yet."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield lambda *arguments: CliRunner().invoke(main, arguments)
    root.handlers[:], root.level = handlers, level


@pytest.fixture
def cli(bare: Cli) -> Cli:
    """The command line after `checkin init`."""
    assert 0 == bare("init").exit_code
    return bare
