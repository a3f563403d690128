"""The image, built step by step of the Dockerfile from what its ignore file lets through."""

import os
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from tests.packaging import context, image
from tests.packaging.image import BuiltImage

CONTEXT_BYTES_MAX = 3_000_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuiltImage:
    return image.built(tmp_path_factory.mktemp("image"))


def _in(built: BuiltImage, *command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": f"{built.app}/.venv/bin:{os.environ['PATH']}"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


def test_the_image_is_built_and_its_entry_point_starts(built: BuiltImage) -> None:
    started = _in(built, "checkin", "--help", cwd=built.app)

    assert (0, "") == (started.returncode, started.stderr)


def test_its_last_stage_holds_the_environment_and_no_source(built: BuiltImage) -> None:
    assert [".venv"] == [path.name for path in built.app.iterdir()]


def test_celery_finds_its_tasks_and_configuration(built: BuiltImage, tmp_path: Path) -> None:
    script = "from tasks import app; print(*sorted(app.conf.beat_schedule))"

    asked = _in(built, "python", "-c", script, cwd=tmp_path)

    assert (0, "") == (asked.returncode, asked.stderr)
    assert {"campaign-tick", "platform-tick"} <= set(asked.stdout.split())


def test_init_works_in_the_image(built: BuiltImage, tmp_path: Path) -> None:
    done = _in(built, "checkin", "init", cwd=tmp_path)

    assert (0, "") == (done.returncode, done.stderr)


def test_the_context_is_small_and_holds_no_test(built: BuiltImage) -> None:
    tops = {file.parts[0] for file in context.files(context.IGNORE.read_text())}

    assert not {"tests", "bench", "docs", ".git", "var"} & tops
    assert built.context_bytes < CONTEXT_BYTES_MAX


def test_a_build_without_a_package_is_not_taken_for_one(tmp_path: Path) -> None:
    dockerfile = "FROM python AS build\nWORKDIR /app\nRUN python -c 'import nothing_of_the_sort'\n"

    with pytest.raises(AssertionError, match="nothing_of_the_sort"):
        BuiltImage(tmp_path).build(dockerfile)


@pytest.mark.parametrize(
    ("ignore", "left"),
    [
        ("*\n!kit", True),
        ("*\n!kit\nkit/clock.py", False),
        ("*\n!kit\n**/clock.py", False),
        ("*\n!kit\n**/*.py\n!kit/clock.py", True),
        ("*\n!ki", False),
        ("", True),
    ],
)
def test_the_ignore_files_last_matching_line_decides(ignore: str, left: bool) -> None:
    assert left == (PurePosixPath("kit/clock.py") in set(context.files(ignore)))
