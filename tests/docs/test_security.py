"""The threat model names tests that exist, and for each adversary at least one."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.docs import pages

TEST = re.compile(r"`([a-z_/]+\.py)::(test_\w+)`")
PAGE = pages.ROOT / "docs" / "security.md"


@cache
def _tests_of(file: Path) -> frozenset[str]:
    if not file.is_file():
        return frozenset()
    walked = ast.walk(ast.parse(file.read_text("utf-8")))
    return frozenset(each.name for each in walked if isinstance(each, ast.FunctionDef))


def _missing(text: str) -> list[str]:
    """The tests that a text names and nobody wrote."""
    folder = pages.ROOT / "tests"
    named = TEST.findall(text)
    return [f"{file}::{test}" for file, test in named if test not in _tests_of(folder / file)]


@pytest.mark.parametrize("page", pages.every_page(), ids=lambda page: page.name)
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    assert [] == _missing(page.read_text("utf-8"))


def test_each_adversary_has_a_test_that_attacks() -> None:
    sections = PAGE.read_text("utf-8").split("\n## ")[1:]
    adversaries = [
        each for each in sections if re.match(r"(An?|The|Amazon|Planted|Somebody)\b", each)
    ]

    assert len(adversaries) >= 11
    assert [] == [each.splitlines()[0] for each in adversaries if not TEST.search(each)]


def test_a_test_that_was_never_written_is_found() -> None:
    text = "`docs/test_security.py::test_of_nothing` and `docs/nowhere.py::test_x`"

    assert ["docs/test_security.py::test_of_nothing", "docs/nowhere.py::test_x"] == _missing(text)
