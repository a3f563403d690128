"""One door to a single reply: everything in the code that opens one, and every way in to it.

A function reaches what it names: a call, a reference that is handed on, a table it looks into. What
is reached is followed from the functions that decrypt back to routes, commands and tasks.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("campaigns", "checkin", "console", "kit", "links", "portal", "replies", "reports",
            "tasks", "tenants")  # fmt: skip
DECRYPTION = "replies.vault.ciphertext.decrypt"

OPENERS = {
    # One reply, for the tenant, an association or in an emergency: all of it goes through Vault.
    "replies.vault.sealing.Vault.unseal",
    "replies.vault.sealing.Vault.open",
    "replies.reading.shown",
    "replies.submissions._submitted",
    "replies.submissions._decision",
    "tenants.rights.reply_rights.show_to_association",
    "portal.data.change.following",
    "portal.data.show.answers",
    # A month's replies, for nothing but counting.
    "replies.vault.counting._by_vault",
    "replies.vault.counting._by_ring",
}
"""What calls the vault itself."""

DOORS = {
    "portal.data.pages.posted": "the tenant, by a fresh code",
    "portal.api.routes.replies": "the platform's account page, logged",
    "portal.api.routes.submitted": "the housing association, what was submitted to it",
    "checkin.commands.replies.open_": "break-glass",
    "checkin.commands.tenants.export": "break-glass",
    "tasks.platform.tick": "counting",
    "checkin.commands.reports.freeze": "counting",
    "checkin.commands.reports.adopt": "counting",
    "checkin.commands.reports.reanchor": "counting",
}
"""Every route, command and task that leads to a decryption, and for whom."""

IS_A_DOOR = {"command", "get", "post", "put", "delete", "route", "task", "group"}


def test_nothing_else_calls_the_vault() -> None:
    graph = _graph()
    called = {DECRYPTION, "replies.vault.sealing.Vault.unseal", "replies.vault.sealing.Vault.open"}

    assert OPENERS == {name for name, reached in graph.items() if reached & called}


def test_every_way_to_a_reply_is_one_of_the_doors() -> None:
    graph, doors = _graph(), set(_doors())
    callers = defaultdict(set)
    for name, reached in graph.items():
        for each in reached:
            callers[each].add(name)
    found, ahead = set(), [DECRYPTION]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead.extend(callers[name])

    assert set(DOORS) == found & doors


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield name, ast.parse(file.read_text())


def _graph() -> dict[str, set[str]]:
    """Each function, method and name of a module, with what it names of the product."""
    graph = {}
    for module, tree in _modules():
        known = dict(_imported(tree)) | {name: f"{module}.{name}" for name, _ in _own(tree)}
        for name, node in _own(tree):
            if isinstance(node, ast.ClassDef):
                for each in node.body:
                    if isinstance(each, ast.FunctionDef):
                        graph[f"{module}.{name}.{each.name}"] = set(_named(each, known))
            else:
                graph[f"{module}.{name}"] = set(_named(node, known))
    return graph


def _own(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node
        elif isinstance(node, ast.Assign):
            yield from ((name.id, node) for name in node.targets if isinstance(name, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                yield each.asname or each.name, f"{node.module}.{each.name}"
        elif isinstance(node, ast.Import):
            yield from ((each.asname or each.name, each.name) for each in node.names)


def _named(node: ast.AST, known: dict[str, str]) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and each.id in known:
            yield known[each.id]
        elif isinstance(each, ast.Attribute):
            if isinstance(each.value, ast.Name) and each.value.id in known:
                yield f"{known[each.value.id]}.{each.attr}"
            if each.attr == "unseal" or (each.attr == "open" and _is_vault(each.value)):
                yield f"replies.vault.sealing.Vault.{each.attr}"


def _is_vault(receiver: ast.expr) -> bool:
    return "vault" in ast.unparse(receiver).lower()


def _doors() -> Iterator[str]:
    for module, tree in _modules():
        for name, node in _own(tree):
            if isinstance(node, ast.FunctionDef) and any(map(_is_a_door, node.decorator_list)):
                yield f"{module}.{name}"


def _is_a_door(decorator: ast.expr) -> bool:
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(named, ast.Attribute) and named.attr in IS_A_DOOR
