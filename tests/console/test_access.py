"""Who may open what, and what a form must carry."""

import ast
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

import console
from campaigns.models import Role
from console import access
from tests.console import months
from tests.console.site import ADMIN, ANALYST, APPROVER, AUTHOR, PEOPLE, ConsoleSite

MONTH = "2026-12"
OPEN_TO_ALL = {
    *("health.healthz", "health.readyz", "health.show_metrics", "message.sample_link"),
    *("single_sign_on.leave", "single_sign_on.arrive"),
    *("sign_in.ask", "sign_in.send", "sign_in.show", "sign_in.accept"),
}
FORBIDDEN = ("tenants", "replies", "reports", "links.ledger", "links.models")


def rules_of(app: Flask) -> list[tuple[Rule, frozenset[Role] | None]]:
    """Each page's address, and the roles it is open to."""
    return [
        (rule, access.rule_of(app.view_functions[rule.endpoint]))
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
    ]


def path_of(rule: Rule) -> str:
    """An address of that page."""
    values = {"name": MONTH, "token": "x", "what": "cancel", "version": 1, "question": "work"}
    return rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)[1]  # type: ignore[index]


def test_every_page_says_for_whom_it_is_open(site: ConsoleSite) -> None:
    rules = {rule.endpoint: allowed for rule, allowed in rules_of(site.app)}
    assert [name for name, rule in rules.items() if rule is None] == []
    assert {name for name, rule in rules.items() if rule == access.ANYBODY} == OPEN_TO_ALL


def test_nobody_sees_a_page_without_signing_in(site: ConsoleSite) -> None:
    visitor = site.visitor()
    for rule, _ in rules_of(site.app):
        if rule.endpoint not in OPEN_TO_ALL and "GET" in (rule.methods or ()):
            assert visitor.get(path_of(rule)).location == "/sign-in", rule.endpoint


def test_every_action_needs_the_forms_token(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        months.draft(session, MONTH, now=site.clock.now)
    visitor = site.signed_in(ADMIN)
    posts = [rule for rule, _ in rules_of(site.app) if "POST" in (rule.methods or ())]
    assert len(posts) >= 12
    for rule in posts:
        answer = visitor.client.post(path_of(rule), data={"address": AUTHOR, "email": AUTHOR})
        assert answer.status_code == 400, rule.endpoint
        assert "This form is out of date" in answer.text


def test_a_token_of_another_session_is_refused(site: ConsoleSite) -> None:
    mine, theirs = site.signed_in(ADMIN), site.signed_in(AUTHOR)
    page = theirs.get("/").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = mine.client.post("/sign-out", data={"csrf_token": token})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("email", "refused"),
    [
        (AUTHOR, ["/staff", f"/campaigns/{MONTH}/approve"]),
        (APPROVER, ["/staff"]),
        (
            ANALYST,
            ["/staff", "/suppressions", "/audit", "/sending/resume", f"/campaigns/{MONTH}/pause"],
        ),
        (ADMIN, [f"/campaigns/{MONTH}/approve"]),
    ],
)
def test_a_role_that_tries_anothers_page_is_told_so(
    site: ConsoleSite, email: str, refused: list[str]
) -> None:
    with site.campaign.writing() as session:
        months.draft(session, MONTH, now=site.clock.now)
    visitor = site.signed_in(email)
    for path in refused:
        for answer in (visitor.get(path), visitor.post(path, form_at="/")):
            assert answer.status_code in {403, 405}
        assert "Your role does not open this page." in visitor.text(path)


def test_the_menu_shows_only_what_opens(site: ConsoleSite) -> None:
    for email in PEOPLE:
        visitor = site.signed_in(email)
        menu = visitor.get("/").text.partition("<nav")[2].partition("</nav>")[0]
        for path in ("/suppressions", "/audit", "/staff"):
            assert (f'href="{path}"' in menu) == (visitor.get(path).status_code == 200)


def test_somebody_who_was_removed_is_signed_out_at_once(site: ConsoleSite) -> None:
    visitor = site.signed_in(AUTHOR)
    site.signed_in(ADMIN).post("/staff/remove", form_at="/staff", email=AUTHOR)
    assert visitor.get("/").location == "/sign-in"


def test_the_console_imports_nothing_of_the_platforms_side() -> None:
    files = list(Path(console.__path__[0]).rglob("*.py"))
    assert len(files) > 15
    found = {
        (file.name, name)
        for file in files
        for name in _imports(ast.parse(file.read_text()))
        if name in FORBIDDEN or name.startswith(tuple(f"{each}." for each in FORBIDDEN))
    }
    assert found == set()


def _imports(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names
