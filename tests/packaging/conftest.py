"""The wheel, built once and installed away from the tree, beside what `run.lock` names alone."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.packaging import context, locked

LOCKS = context.ROOT / "requirements"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the same files as the image's context holds, made without an index."""
    folder = tmp_path_factory.mktemp("wheel")
    context.copy_to(folder / "source")
    options = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation")
    command = [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(folder)]
    subprocess.run([*command, str(folder / "source")], check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def held(wheel: Path) -> set[str]:
    """The names of the files in the wheel but those that describe it."""
    names = ZipFile(wheel).namelist()
    return {name for name in names if ".dist-info/" not in name}


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of a fresh virtual environment in which the wheel is installed."""
    folder = tmp_path_factory.mktemp("installed")
    locked.link((LOCKS / "run.lock").read_text(), folder / "locked")
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    site = next((venv / "lib").glob("python3*/site-packages"))
    (site / "locked.pth").write_text(f"{folder / 'locked'}\n")
    pip = [sys.executable, "-m", "pip", "--python", str(venv / "bin" / "python")]
    options = ("--quiet", "--no-deps", "--no-index", "--ignore-installed")
    subprocess.run([*pip, "install", *options, str(wheel)], check=True)
    return venv / "bin"


@pytest.fixture
def run(environment: Path, tmp_path: Path) -> Run:
    """Run `checkin` as a stranger has it: in an empty folder, with nothing of the tree in sight."""

    def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(environment / "checkin"), *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=bare(environment), capture_output=True, text=True
        )

    return _run


def bare(environment: Path) -> dict[str, str]:
    """An environment that names nothing but where programs are, and leads off no machine."""
    return {
        "PATH": f"{environment}:{os.environ['PATH']}",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
