"""How the command line answers when something is wrong: a sentence and an exit code.

0 done; 1 the thing asked for is not so; 2 bad usage or settings. Never a traceback: what nobody
expected is written to a log file.
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
    """Ends the command: its sentence goes to stderr as it stands."""

    exit_code = NOT_SO

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=file is None)


class BadSettings(Stop):
    """Ends the command before it began."""

    exit_code = BAD_USAGE


class ErrorReportingGroup(click.Group):
    """The outermost command: every error ends here."""

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
    """Log an error with its traceback where it does not scroll by; says where that is."""
    try:
        private_files.make_file(LOG_FILE)
        with LOG_FILE.open("a", encoding="utf-8") as stream:
            log.configure(level=logging.ERROR, json=True, stream=stream)
            log.get_logger(__name__).error("unforeseen", exc_info=error)
    except OSError as unwritable:
        return f"{LOG_FILE} cannot be written to say more: {unwritable.strerror}"
    return f"{LOG_FILE} says more"
