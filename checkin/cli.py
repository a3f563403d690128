"""`checkin`: every command of the command line."""

import importlib
import io
import logging
import sys

import click

from checkin.cli_errors import ErrorReportingGroup
from kit import log

COMMANDS = (
    "api",
    "campaigns",
    "complaints",
    "demo",
    "doctor",
    "events",
    "init",
    "keys",
    "metrics",
    "replies",
    "reports",
    "sandbox",
    "serve",
    "staff",
    "tenants",
)
"""Each is `checkin.commands.NAME.NAME`, imported on first use to start faster."""


class Commands(ErrorReportingGroup):
    """The outermost group."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"checkin.commands.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group(name="checkin", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The monthly check-in email engine of rent-flex.

    \b
    To see it at work:  checkin demo
    To begin:           checkin init, then checkin doctor
    """
    _write_utf8()
    log.configure(level=logging.WARNING)


def _write_utf8() -> None:
    """Write UTF-8 to files and pipes whatever the locale; a terminal keeps its encoding."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="replace")
