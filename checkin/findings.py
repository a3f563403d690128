"""One line of what `checkin doctor` finds."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from kit.errors import CheckinError


class Unwell(Exception):
    """A check failed; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One line: what was checked, whether it is well, and what was found or is to be done."""

    name: str
    ok: bool
    message: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return f"{'ok ' if self.ok else 'NOT'}  {self.name}: {self.message}"


def look(name: str, check: Callable[[], str]) -> Diagnosis:
    """Run one check and return its result."""
    try:
        return Diagnosis(name, True, check())
    except (Unwell, CheckinError) as error:
        return Diagnosis(name, False, str(error))
    except ClientError as error:
        answer = error.response["Error"]
        return Diagnosis(name, False, f"AWS says {answer['Code']}: {answer.get('Message', '')}")
    except BotoCoreError as error:
        return Diagnosis(
            name, False, f"AWS did not answer ({error}); check network and credentials"
        )
