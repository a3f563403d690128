"""The site builds without a warning, fetches nothing, and its reference says what the code says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

FETCHED = re.compile(r'<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)="(?:https?:)?//[^"]*"')

LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def _build(docs: Path, site: Path) -> subprocess.CompletedProcess[str]:
    strictly = ["--quiet", "--fail-on-warning", "--keep-going", "--doctree-dir", f"{site}.trees"]
    return subprocess.run(
        [sys.executable, "-m", "sphinx", *strictly, str(docs), str(site)],
        capture_output=True,
        text=True,
        timeout=280,
    )


def test_the_site_builds_strictly_and_fetches_nothing(tmp_path: Path) -> None:
    built = _build(ROOT / "docs", tmp_path / "site")

    assert (0, "") == (built.returncode, built.stderr)
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 20
    assert [] == [found for page in pages for found in FETCHED.findall(page.read_text("utf-8"))]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"])
def test_every_link_of_the_front_door_leads_somewhere(name: str) -> None:
    links = LINK.findall((ROOT / name).read_text("utf-8"))

    assert [] == [link for link in links if not (ROOT / link).exists()]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("index.md", "# A\n\n[gone](nowhere.md)\n", "nowhere.md"),
        ("orphan.md", "# Outside the navigation\n", "isn't included in any toctree"),
        ("index.md", "# A\n\n![gone](gone.png)\n", "image file not readable"),
    ],
)
def test_a_broken_site_does_not_build(name: str, text: str, said: str, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    shutil.copy(ROOT / "docs" / "conf.py", docs)
    (docs / "index.md").write_text("# A\n")
    (docs / name).write_text(text)

    built = _build(docs, tmp_path / "site")

    assert 0 != built.returncode
    assert said in built.stderr


def _reference(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CHECKIN_", "AWS_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "checkin.reference", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
    )


def test_the_reference_is_up_to_date() -> None:
    said = _reference("docs/reference", "--check")

    assert (0, "") == (said.returncode, said.stderr)


def test_an_old_reference_is_named(tmp_path: Path) -> None:
    _reference(str(tmp_path))
    (tmp_path / "settings.md").write_text("an older one")

    said = _reference(str(tmp_path), "--check")

    assert (1, f"Out of date: {tmp_path / 'settings.md'}. Run `make docs`.\n") == (
        said.returncode,
        said.stderr,
    )
