"""A command or a file named in running text is one that exists; commands have their options."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from checkin.cli import main
from tests.docs import pages

FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(checkin [a-z][^`]*|make [a-z][^`]*)`")
TARGETS = set(re.findall(r"^([a-z0-9]+):", (pages.ROOT / "Makefile").read_text(), re.MULTILINE))


def _named(page: Path) -> Iterator[str]:
    return (found[1] for found in INLINE.finditer(FENCED.sub("", page.read_text("utf-8"))))


def _fault(written: str) -> str | None:
    """What is wrong with a command as it is written, if anything."""
    tool, *words = re.split(r"[\s|\[\]]+", written)
    if tool == "make":
        return None if words[0] in TARGETS else f"no target {words[0]}"
    return _fault_of(main, words)


def _fault_of(command: click.Command, words: list[str]) -> str | None:
    context = click.Context(command)
    if isinstance(command, click.Group) and words and words[0].isidentifier():
        below = command.get_command(context, words[0])
        return f"no command {words[0]}" if below is None else _fault_of(below, words[1:])
    known = {"--help", *(name for each in command.params for name in each.opts)}
    unknown = [word for word in words if word.startswith("--") and word not in known]
    return f"no option {unknown[0]}" if unknown else None


@pytest.mark.parametrize("page", pages.every_page(), ids=lambda page: page.name)
def test_every_command_in_the_text_exists(page: Path) -> None:
    faults = {written: _fault(written) for written in _named(page)}

    assert {} == {written: fault for written, fault in faults.items() if fault}


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("checkin campaigns resolve MONTH --unknown send", None),
        ("checkin tenants export|correct|restrict", None),
        ("checkin campaigns aprove MONTH", "no command aprove"),
        ("checkin campaigns approve MONTH --for EMAIL", "no option --for"),
        ("make dinner", "no target dinner"),
    ],
)
def test_a_command_that_does_not_exist_is_found(written: str, fault: str | None) -> None:
    assert fault == _fault(written)


PATHS = re.compile(r"`((?:[a-z]+/)+[a-z0-9_./-]+\.[a-z]+)`")
OURS = {path.name for path in pages.ROOT.iterdir() if path.is_dir()}


@pytest.mark.parametrize("page", pages.every_page(), ids=lambda page: page.name)
def test_every_file_named_in_the_text_exists(page: Path) -> None:
    named = PATHS.findall(FENCED.sub("", page.read_text("utf-8")))
    ours = [path for path in named if path.partition("/")[0] in OURS]

    assert [] == [path for path in ours if not (pages.ROOT / path).exists()]
