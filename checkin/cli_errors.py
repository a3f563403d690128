"""How the command line reports errors: a sentence and an exit code, never a traceback.

0: done; 1: refused, not found or a check failed; 2: bad usage or settings. Unexpected errors are
written to a log file.
"""

import logging
from pathlib import Path
from typing import IO, Any

import click
from sqlalchemy.exc import OperationalError

from kit import log, private_files
from kit.errors import CheckinError
from kit.settings import SettingsError

NOT_SO = 1
BAD_USAGE = 2
LOG_FILE = Path("var/checkin.log")


class Stop(click.ClickException):
    """Ends the command with exit code 1 and its message on stderr, unchanged."""

    exit_code = NOT_SO

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=file is None)


class BadSettings(Stop):
    """Ends the command with exit code 2 before it does anything."""

    exit_code = BAD_USAGE


class ErrorReportingGroup(click.Group):
    """The outermost command group, which reports every error."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise BadSettings(str(error)) from None
        except CheckinError as error:
            raise Stop(str(error)) from None
        except OperationalError:
            raise Stop(
                "A database did not answer; `checkin doctor` says which and what to do."
            ) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - the last stop before a person
            where = _write_down(error)
            name = type(error).__name__
            raise Stop(f"Something unforeseen happened ({name}); {where}.") from None


def _write_down(error: Exception) -> str:
    """Write an error with its traceback to a log file; returns a sentence that names the file."""
    try:
        private_files.make_file(LOG_FILE)
        with LOG_FILE.open("a", encoding="utf-8") as stream:
            log.configure(level=logging.ERROR, json=True, stream=stream)
            log.get_logger(__name__).error("unforeseen", exc_info=error)
    except OSError as unwritable:
        return f"{LOG_FILE} cannot be written to say more: {unwritable.strerror}"
    return f"{LOG_FILE} says more"
