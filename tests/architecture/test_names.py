"""One meaning a name: a public class has one home, and a function name one meaning."""

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


SHARED = {
    "add": "put one more into what the module keeps",
    "answer": "the response to one request",
    "as_csv": "a value as CSV",
    "as_json": "a value as JSON",
    "create": "make what is missing, once",
    "create_app": "the application of a web process",
    "every_text": "the English of a module's texts, for the catalogue",
    "everything": "every row, by name",
    "expected": "how old the last success of each job of a side may be",
    "find": "the one thing asked for, or NotFound or None",
    "is_current": "whether a database is at a revision that this code can work with",
    "load": "read the whole of what the module is about",
    "main": "the entry of a program",
    "measure": "the rows of one benchmark",
    "of_tenant": "everything of one tenant, oldest first",
    "page": "a page of text for the reference or a terminal",
    "parse": "a checked value of a text, or ValueError",
    "problems": "what is wrong, a sentence each",
    "purge": "delete what is past its time; how many",
    "read": "a checked value of what was sent or stored",
    "register": "make an application use the module",
    "remove": "take one out of what the module keeps",
    "upgrade": "bring databases to the newest revision",
    "write": "the text of a value, or the value into the database",
}
"""Function names that mean the same thing in each of their homes, and what."""
OTHERS_MOST = 85
"""Other function names with more than one home. Lower it when you rename one; never raise it."""
OUTSIDE = {"tests", "versions"}


def _is_entry(function: ast.FunctionDef) -> bool:
    """A route, a command or a task: what a decorator registers is called by no name."""
    return any(
        isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)
        for each in function.decorator_list
    )


def test_a_function_name_has_one_home_or_one_meaning() -> None:
    homes = defaultdict(set)
    for file in _files():
        if OUTSIDE.isdisjoint(file.relative_to(ROOT).parts):
            for node in ast.parse(file.read_text("utf-8")).body:
                if isinstance(node, ast.FunctionDef) and not _is_entry(node):
                    homes[node.name].add(file.relative_to(ROOT).as_posix())

    several = {name for name, places in homes.items() if len(places) > 1 and name[0] != "_"}
    assert several >= SHARED.keys()
    assert len(several - SHARED.keys()) <= OTHERS_MOST, sorted(several - SHARED.keys())
