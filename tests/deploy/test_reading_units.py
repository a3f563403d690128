"""The reader of units: which drop-ins belong to one, and whose value of a variable wins."""

from pathlib import Path

import pytest

from tests.deploy import units
from tests.deploy.units import FileMissing


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """`checkin-web.service`, which reads two files below the folder."""
    (tmp_path / "own.env").write_text("A=own\nB=own\n")
    (tmp_path / "shared.env").write_text("B=shared\n")
    file = tmp_path / "checkin-web.service"
    file.write_text(
        "[Unit]\nEnvironment=A=elsewhere\n[Service]\nUser=checkin\n"
        "EnvironmentFile=/own.env\nEnvironmentFile=-/shared.env\n"
        'Environment=A=unit "C=two words" D=unit\nExecStart=/bin/serve \\\n --bind "a b"\n'
    )
    return file


def _drop_in(unit: Path, folder: str, name: str, lines: str) -> None:
    place = unit.with_name(f"{folder}.service.d") / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(f"[Service]\n{lines}\n")


def test_files_win_over_environment_and_a_later_file_over_an_earlier(unit: Path) -> None:
    found = units.read(unit, root=unit.parent).environment

    assert {"A": "own", "B": "shared", "C": "two words", "D": "unit"} == found


def test_a_command_that_goes_on_over_lines_is_split_into_words(unit: Path) -> None:
    read = units.read(unit, root=unit.parent)

    assert ((("/bin/serve", "--bind", "a b"),), "checkin") == (read.commands, read.user)


def test_a_file_that_is_demanded_must_be_there_and_one_with_a_dash_need_not(unit: Path) -> None:
    (unit.parent / "shared.env").unlink()
    assert "own" == units.read(unit, root=unit.parent).environment["B"]
    (unit.parent / "own.env").unlink()
    with pytest.raises(FileMissing, match=r"/own\.env"):
        units.read(unit, root=unit.parent)


def test_drop_ins_of_the_unit_and_of_its_prefix_are_read_in_their_names_order(unit: Path) -> None:
    _drop_in(unit, "checkin-", "20-all.conf", "User=all\nEnvironment=D=all E=all")
    _drop_in(unit, "checkin-web", "10-own.conf", "User=own\nEnvironment=E=own")
    _drop_in(unit, "checkin-webs", "30-other.conf", "User=other")

    read = units.read(unit, root=unit.parent)

    assert ("all", "all", "all") == (read.user, read.environment["D"], read.environment["E"])


def test_of_two_drop_ins_with_one_name_the_more_exact_one_holds(unit: Path) -> None:
    _drop_in(unit, "checkin-", "same.conf", "User=all")
    _drop_in(unit, "checkin-web", "same.conf", "User=own")

    assert "own" == units.read(unit, root=unit.parent).user


def test_an_empty_value_takes_back_what_a_list_held(unit: Path) -> None:
    _drop_in(unit, "checkin-web", "own.conf", "EnvironmentFile=\nExecStart=\nExecStart=/bin/other")

    read = units.read(unit, root=unit.parent)

    assert ((("/bin/other",),), "unit") == (read.commands, read.environment["A"])


def test_the_lines_of_an_environment_file() -> None:
    text = """# A=comment
; A=comment
A=$HOME # kept
B="some <words>"
C='as "it" stands'
D="a \\"b\\" \\$c"
E=
"""
    assert {
        "A": "$HOME # kept",
        "B": "some <words>",
        "C": 'as "it" stands',
        "D": 'a "b" $c',
        "E": "",
    } == units.variables(text)
