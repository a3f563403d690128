"""The import contracts hold, and each breaks when an import that it forbids is added."""

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PYPROJECT["tool"]["importlinter"]["root_packages"]
CONTRACTS = PYPROJECT["tool"]["importlinter"]["contracts"]
FIRST_PARTY = {path.relative_to(ROOT).parts[0].removesuffix(".py") for path in ROOT.glob("*/*.py")}
FIRST_PARTY |= {path.stem for path in ROOT.glob("*.py")}
LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]

PLANTED = [
    ("one-way-down", "kit/clock.py", "import links.signing"),
    ("one-way-down", "replies/reading.py", "import tenants.models"),
    ("one-way-down", "portal/headers.py", "import console.words"),
    ("one-way-down", "migrations/standing.py", "import tenants.models"),
    ("migrations", "portal/readiness.py", "from migrations import standing"),
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


def test_every_first_party_import_is_under_contract() -> None:
    """`celeryconfig` is a module, which import-linter takes for none of its roots: see below."""
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    uncovered = FIRST_PARTY - set(PACKAGES) - {"celeryconfig"}

    assert [] == [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files
        for name in _imported(file)
        if name in uncovered
    ]


def test_every_package_under_contract_is_a_layer() -> None:
    one_way_down = next(each for each in CONTRACTS if each["id"] == "one-way-down")
    layers = [name for layer in one_way_down["layers"] for name in layer.split(" | ")]

    assert sorted(PACKAGES) == sorted(layers)


def test_what_import_linter_cannot_see_imports_the_ground_floor_only() -> None:
    """It reads packages: not a module at the root, and not Alembic's folders."""
    unseen = [*ROOT.glob("*.py"), *(ROOT / "migrations").glob("*/**/*.py")]
    imported = {name for file in unseen for name in _imported(file)}

    assert set() == imported & FIRST_PARTY - {"kit", "migrations"}


def _imported(file: Path) -> Iterator[str]:
    """The top-level packages that a file imports."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]
