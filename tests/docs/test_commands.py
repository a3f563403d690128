"""Every command in the documents is run, or says in the page why it is not."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import skip_or_fail
from tests.docs import pages, shell
from tests.docs.pages import Block
from tests.docs.shell import FreePorts

PAGES = [page for page in pages.every_page() if any(each.is_run for each in pages.blocks(page))]

LEFT_OUT = [each for page in pages.every_page() for each in pages.blocks(page) if each.reason]


def _name(page: Path) -> str:
    return str(page.relative_to(pages.ROOT))


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that a server's own user may enter too, as pytest's may not."""
    with tempfile.TemporaryDirectory(prefix="checkin-docs-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_a_pages_commands_work_in_their_order(page: Path, folder: Path) -> None:
    blocks = [block for block in pages.blocks(page) if block.is_run]
    if any("redis" in block.text for block in blocks) and not shutil.which("redis-server"):
        skip_or_fail("redis-server")
    ports = FreePorts()

    ended = shell.run(shell.script(blocks, ports), folder, ports)

    assert 0 == ended.returncode, ended.stdout


@pytest.mark.parametrize("block", LEFT_OUT, ids=lambda block: block.where)
def test_what_is_not_run_is_listed_with_its_reason(block: Block) -> None:
    pytest.skip(f"{block.where} is not run: {block.reason}")


def test_no_command_hides_in_a_fence_that_is_not_run() -> None:
    every = (block for page in pages.every_page() for block in pages.blocks(page))

    assert [] == [block.where for block in every if block.hides_a_command]
    assert [] == [line for page in pages.every_page() for line in pages.indented(page)]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("checkin tenants improt roster.csv", "No such command"),
        ("checkin init --twice", "No such option"),
        ("make dinner", "No rule to make target"),
        ("checkin serve portal --bind nowhere", "a server ended"),
    ],
)
def test_a_wrong_command_fails(command: str, said: str, tmp_path: Path) -> None:
    block = Block(tmp_path / "wrong.md", 1, "sh", f"{command}\n", None)
    ports = FreePorts()

    ended = shell.run(shell.script([block], ports), tmp_path, ports)

    assert 0 != ended.returncode
    assert said in ended.stdout


def test_a_page_that_never_ends_is_ended(tmp_path: Path) -> None:
    block = Block(tmp_path / "slow.md", 1, "sh", "sleep 60\n", None)
    ports = FreePorts()

    ended = shell.run(shell.script([block], ports), tmp_path, ports, seconds=1)

    assert 0 != ended.returncode


def test_blocks_and_their_reasons_are_read(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A page\n\n```sh\necho 1\n```\n\n<!-- not run: needs an account -->\n```sh\naws x\n```\n"
        "```\ncheckin init\n```\n"
    )

    read = [(each.line, each.text, each.is_run, each.reason) for each in pages.blocks(page)]

    assert [
        (3, "echo 1\n", True, None),
        (8, "aws x\n", False, "needs an account"),
        (11, "checkin init\n", False, None),
    ] == read
    assert [False, False, True] == [each.hides_a_command for each in pages.blocks(page)]
