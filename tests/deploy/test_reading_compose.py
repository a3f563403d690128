"""The reader of compose files: whose value wins, and how placeholders are replaced."""

from pathlib import Path

import pytest

from tests.deploy import compose
from tests.deploy.compose import Image, Service, VariableMissing

SERVICE = """
services:
  web:
    image: checkin
    command: [serve, "$$HOME", "${{PLACE:-here}}"]
    {more}
"""


def _web(folder: Path, more: str, **shell: str) -> Service:
    file = folder / "compose.yaml"
    file.write_text(SERVICE.format(more=more))
    image = Image(("checkin",), {"A": "image", "PATH": "/app/bin"})
    return compose.read(file, shell=shell, images={"checkin": image})["web"]


def test_the_image_yields_to_files_a_file_to_a_later_one_and_all_to_environment(
    tmp_path: Path,
) -> None:
    (tmp_path / "first.env").write_text("A=first\nB=first\nC=first\n")
    (tmp_path / "then.env").write_text("B=then\nC=then\n")
    web = _web(
        tmp_path,
        "env_file: [./first.env, then.env]\n    environment: {C: here}",
        A="shell",
        B="shell",
    )

    assert {"A": "first", "B": "then", "C": "here", "PATH": "/app/bin"} == web.environment


def test_a_bare_name_in_environment_is_taken_from_the_shell_where_it_is_set(tmp_path: Path) -> None:
    web = _web(tmp_path, "environment: [TAKEN, LEFT, A=]", TAKEN="shell")

    assert {"TAKEN": "shell", "A": "", "PATH": "/app/bin"} == web.environment


def test_a_services_command_follows_the_images_entrypoint(tmp_path: Path) -> None:
    assert ("checkin", "serve", "$HOME", "there") == _web(tmp_path, "", PLACE="there").command
    assert ("celery", "serve", "$HOME", "here") == _web(tmp_path, "entrypoint: celery").command


@pytest.mark.parametrize(
    ("written", "replaced"),
    [
        ("${SET}/x $SET", "value/x value"),
        ("${UNSET}", ""),
        ("${UNSET:-default}", "default"),
        ("${EMPTY:-default}", "default"),
        ("${EMPTY-default}", ""),
        ("${SET:-default}", "value"),
        ("${SET:+other}|${UNSET:+other}|${EMPTY:+other}|${EMPTY+other}", "other|||other"),
        ("$$SET and $${SET}", "$SET and ${SET}"),
    ],
)
def test_a_placeholder_is_replaced(written: str, replaced: str) -> None:
    assert replaced == compose.substituted(written, {"SET": "value", "EMPTY": ""})


@pytest.mark.parametrize("written", ["${UNSET:?say it}", "${EMPTY:?say it}", "${UNSET?say it}"])
def test_a_demanded_variable_is_missed(written: str) -> None:
    with pytest.raises(VariableMissing, match="say it"):
        compose.substituted(written, {"EMPTY": ""})


def test_the_lines_of_an_environment_file() -> None:
    text = """
# A=comment
A=first
A=last # and why
B="some <words> # kept" # not kept
C='${A} as it stands'
export D=${A}/below
E=
F=a#b
"""
    assert {
        "A": "last",
        "B": "some <words> # kept",
        "C": "${A} as it stands",
        "D": "last/below",
        "E": "",
        "F": "a#b",
    } == compose.variables(text, {})


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("[CMD, pg_isready]", ("pg_isready",)),
        ("[CMD-SHELL, 'ping $$HOST']", ("sh", "-c", "ping $HOST")),
        ("ping", ("sh", "-c", "ping")),
        ("[NONE]", ()),
    ],
)
def test_a_health_check_is_run_with_or_without_a_shell(
    tmp_path: Path, written: str, words: tuple[str, ...]
) -> None:
    assert words == _web(tmp_path, f"healthcheck: {{test: {written}}}").health
