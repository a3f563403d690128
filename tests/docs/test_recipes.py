"""The recipes of CONTRIBUTING, followed on a copy of the tree."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

RECIPE = re.compile(
    r"^<!-- recipe: (?P<command>.+?) -> (?P<printed>.+?) -->\n```diff\n(?P<change>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
RECIPES = list(RECIPE.finditer((ROOT / "CONTRIBUTING.md").read_text("utf-8")))
PACKAGES = ("campaigns", "console", "kit", "links", "replies", "templates")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages that the recipes touch or ask, to be changed."""
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    return tmp_path


def _run(command: str, folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    python = f"{sys.executable} -P -c"
    return subprocess.run(
        ["bash", "-c", command.replace("python -c", python)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    ).stdout.strip()


def test_there_are_four_recipes() -> None:
    assert 4 == len(RECIPES)


@pytest.mark.parametrize(
    "recipe", RECIPES, ids=lambda found: re.findall(r"\+\+\+ b/(.+)", found[0])[0]
)
def test_a_recipe_takes_effect_and_nothing_does_before(copy: Path, recipe: re.Match[str]) -> None:
    before = _run(recipe["command"], copy)
    apply = ["git", "apply", "--recount", "--whitespace=nowarn", "-"]
    subprocess.run(apply, input=recipe["change"], text=True, cwd=copy, check=True)

    assert recipe["printed"] != before
    assert recipe["printed"] == _run(recipe["command"], copy)
