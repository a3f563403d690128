"""One meaning a name: a public class has one home."""

import ast
from collections import defaultdict
from pathlib import Path

from tests.architecture.test_walls import ROOT

ARGUED = {
    "Question": "the platform's own, and the row that staff see of it",
    "Heartbeat": "each side's own table of the same shape, in its own database",
    "ReleaseState": "the platform's states of a draw, and those that the campaign side is told",
}
"""Names with more than one home, and why."""
LEFT_OUT = {".venv", "build", "var", "node_modules"}


def _files() -> list[Path]:
    found = ROOT.rglob("*.py")
    return [file for file in found if not LEFT_OUT.intersection(file.relative_to(ROOT).parts)]


def test_a_public_class_has_one_home() -> None:
    homes = defaultdict(set)
    for file in _files():
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].add(file.relative_to(ROOT).as_posix())

    assert {} == {
        name: sorted(places)
        for name, places in homes.items()
        if len(places) > 1 and name not in ARGUED
    }
    assert set(ARGUED) <= homes.keys()
