"""A sentence for people calls a month by its name; `2026-12` is for files, addresses, commands."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.test_walls import ROOT

PACKAGES = ("campaigns", "checkin", "console", "kit", "portal", "replies", "reports", "tenants")


def _raw_months(sentence: ast.JoinedStr) -> Iterator[ast.expr]:
    """The months that a sentence shows as they are stored, outside `commands` and addresses."""
    before = ""
    for part in sentence.values:
        if isinstance(part, ast.Constant):
            before += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            name = getattr(part.value, "attr", getattr(part.value, "id", ""))
            if name == "month" and before.count("`") % 2 == 0 and before[-1:] not in ("/", "-"):
                yield part.value


def _is_sentence(part: ast.JoinedStr) -> bool:
    words = "".join(str(each.value) for each in part.values if isinstance(each, ast.Constant))
    return len(words.split()) > 2 and not words.startswith(("http", "/"))


@pytest.mark.parametrize("package", PACKAGES)
def test_no_sentence_spells_a_month_in_figures(package: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{month.lineno}"
        for file in sorted((ROOT / package).rglob("*.py"))
        for part in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(part, ast.JoinedStr) and _is_sentence(part)
        for month in _raw_months(part)
    ]
    assert [] == found
