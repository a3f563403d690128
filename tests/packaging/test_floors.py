"""What reads what strangers send is not admitted in a version with a fault that is known."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
FAULTY = {
    "PYSEC-2026-188": ("authlib", "1.6.11"),
    "PYSEC-2026-25": ("authlib", "1.6.10"),
    "CVE-2026-27962": ("authlib", "1.6.8"),
    "CVE-2025-61920": ("authlib", "1.6.4"),
}
"""The last version with each fault, by the Python Packaging Advisory Database."""


@pytest.mark.parametrize("fault", FAULTY)
def test_no_version_with_a_known_fault_is_admitted(fault: str) -> None:
    name, version = FAULTY[fault]
    listed = tomllib.loads(PROJECT.read_text())["project"]["dependencies"]
    (admitted,) = [each for each in map(Requirement, listed) if each.name == name]

    assert not admitted.specifier.contains(version)
