"""The import contract holds, and each of its walls falls when somebody climbs over it."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PYPROJECT["tool"]["importlinter"]["root_packages"]
LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]

PLANTED = [
    ("one-way-down", "kit/clock.py", "import links.signing"),
    ("one-way-down", "replies/reading.py", "import tenants.models"),
    ("one-way-down", "portal/headers.py", "import console.words"),
    ("within-tenants", "tenants/roster/upsert.py", "import tenants.rights.rights"),
    ("within-replies", "replies/form/answers.py", "import replies.vault.sealing"),
    ("campaign-side", "campaigns/audit.py", "import links.ledger"),
    ("campaign-side", "console/words.py", "import replies.models"),
    ("campaign-side", "tasks/campaign.py", "import tenants.models"),
    ("one-door", "tenants/eligibility.py", "import campaigns.models"),
    ("one-door", "tenants/rights/rights.py", "import campaigns.handover"),
    ("one-door", "tasks/platform.py", "from campaigns import progress"),
    ("portal", "portal/headers.py", "import campaigns.handover"),
    ("portal", "portal/headers.py", "import tenants.handover.mailing_list"),
    ("sandbox", "sandbox/mail.py", "import links.signing"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages as they are, to be tampered with."""
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__", "static")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def _lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [part for contract in contracts for part in ("--contract", contract)]
    return subprocess.run([*LINT, *chosen], cwd=folder, capture_output=True, text=True)


def test_the_tree_keeps_its_contract(copy: Path) -> None:
    linted = _lint(copy)

    assert 0 == linted.returncode, linted.stdout


@pytest.mark.parametrize(("contract", "module", "line"), PLANTED)
def test_a_wall_falls_when_it_is_climbed(copy: Path, contract: str, module: str, line: str) -> None:
    with (copy / module).open("a") as planted:
        planted.write(f"\n{line}\n")

    linted = _lint(copy, contract)

    assert 1 == linted.returncode, linted.stdout
    assert "BROKEN" in linted.stdout


def test_every_package_is_listed_by_name() -> None:
    """Setuptools finds none by itself in a flat layout, and would leave out one called tasks."""
    listed = PYPROJECT["tool"]["setuptools"]["packages"]
    modules = {path for name in listed for path in (ROOT / name.split(".")[0]).rglob("__init__.py")}
    nested = {".".join(path.parent.relative_to(ROOT).parts) for path in modules}
    here = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}

    assert sorted(here | nested) == sorted(listed)
