"""The wheel: all that runs, nothing that only tests, and it works away from the tree."""

import json
import re
import subprocess
import tomllib
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.packaging import context
from tests.packaging.conftest import Run, bare

ROOT = context.ROOT
NOT_SHIPPED = {"bench", "tests", "docs", "deploy", "examples", "requirements", "var", "build"}
WHEEL_BYTES_MAX = 1_000_000
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)"')


def test_the_wheel_holds_every_file_of_every_package(held: set[str]) -> None:
    folders = [each for each in ROOT.iterdir() if each.is_dir() and "." not in each.name]
    shipped = [each for each in folders if each.name not in NOT_SHIPPED]
    files = [path for folder in shipped for path in folder.rglob("*") if path.is_file()]
    named = {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}

    assert {"celeryconfig.py", *named} == held


def test_the_wheel_holds_pages_styles_translations_and_migrations(held: set[str]) -> None:
    assert {
        "templates/portal/base.html",
        "templates/languages/cy/portal.po",
        "templates/portal/static/portal.css",
        "templates/email/tips/12-december.md",
        "console/static/console.css",
        "migrations/campaign/env.py",
        "migrations/platform/versions/0001_the_first_tables.py",
    } <= held


def test_the_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < WHEEL_BYTES_MAX


def test_what_builds_the_wheel_is_not_needed_to_run_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert [] == [each for each in project["dependencies"] if each.startswith("setuptools")]
    assert "\nsetuptools==" not in (ROOT / "requirements" / "run.lock").read_text()


def test_init_makes_databases_and_keys_in_the_current_folder(run: Run, tmp_path: Path) -> None:
    done = run("init")

    assert (0, "") == (done.returncode, done.stderr)
    assert {"campaign.db", "platform.db", "keys"} <= {
        path.name for path in (tmp_path / "var").iterdir()
    }


def test_doctor_finds_the_databases_and_keys_that_init_made(run: Run) -> None:
    run("init")

    done = run("doctor", "--json")

    found = {each["name"]: each["ok"] for each in json.loads(done.stdout)}
    assert {"campaign database", "platform database", "keys", "settings"} <= {
        name for name, is_well in found.items() if is_well
    }
    assert "Traceback" not in done.stderr


def test_the_demo_sends_a_month(run: Run) -> None:
    done = run("demo", "--once", "--fast", "--tenants", "20")

    assert 0 == done.returncode, done.stderr
    shown = json.loads(done.stdout.splitlines()[-1])
    assert ("sent", 20) == (shown["state"], shown["audience"])


@pytest.mark.parametrize(("site", "page"), [("console", "/sign-in"), ("portal", "/privacy")])
def test_a_site_serves_its_page_with_its_style(
    site: str, page: str, run: Run, environment: Path, tmp_path: Path
) -> None:
    run("init")
    command = [str(environment / "checkin"), "serve", site, "--bind", "127.0.0.1:0"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=bare(environment), stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stderr is not None
            address = next(found[0] for found in map(ADDRESS.search, server.stderr) if found)
            style = STYLE.search(_text(f"{address}{page}"))
            assert style is not None
            assert "{" in _text(f"{address}{style[1]}")
        finally:
            server.terminate()
            server.communicate()


def _text(url: str) -> str:
    with urlopen(url, timeout=60) as answer:
        return str(answer.read().decode())
