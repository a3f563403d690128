"""The command line page: what `--help` says, command by command."""

from collections.abc import Iterator

import click

from checkin.cli import main
from checkin.reference.markdown import paragraphs

INTRODUCTION = """
Exit status 0: done. 1: the thing asked for is not so (a check failed, rows were rejected). 2: bad
usage or settings. Errors are a sentence on stderr that says what to do. `python -m checkin` is the
same command.
"""
COLUMNS = 88


def page() -> str:
    """Every command with its help."""
    return paragraphs("# Command line", INTRODUCTION, *_sections(main, None))


def _sections(command: click.Command, parent: click.Context | None) -> Iterator[str]:
    name = command.name or "checkin"
    context = click.Context(
        command, parent, info_name=name, terminal_width=COLUMNS, **command.context_settings
    )
    yield f"{_heading(context)}\n\n```text\n{command.get_help(context)}\n```"
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            if found is not None:
                yield from _sections(found, context)


def _heading(context: click.Context) -> str:
    words = context.command_path.split()
    return f"{'#' * min(len(words) + 1, 3)} {' '.join(words)}"
