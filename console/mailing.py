"""The console's own mail to staff, sent after the page was answered.

The page where a link is asked for must take as long for a stranger's address as for a colleague's,
so everything that depends on the address happens in the post room, away from the request.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy.exc import SQLAlchemyError

from campaigns.planning import letters
from campaigns.planning.letters import StaffEmail
from kit import aws
from kit.errors import CheckinError
from kit.log import get_logger
from kit.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

log = get_logger(__name__)

WAITING_MAX = 10_000
"""A stranger's address costs one SELECT, so that a flood of them delays staff by seconds."""
SUBJECT = "Your link to sign in to the Check-in console"


class Mailer(Protocol):
    """Sends one letter to one member of staff."""

    def __call__(self, *, to: str, letter: StaffEmail) -> None: ...


class PostRoom:
    """Runs jobs after the page was answered; drops them when too many wait."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._places = BoundedSemaphore(WAITING_MAX)

    def put(self, job: Callable[[], None]) -> None:
        """Run `job` soon. A failure is logged; whoever waits for the mail asks again."""
        if not self._places.acquire(blocking=False):
            log.warning("mail to staff dropped: too many are waiting")
            return
        self._executor.submit(self._run, job)

    def _run(self, job: Callable[[], None]) -> None:
        try:
            job()
        except (BotoCoreError, ClientError, SQLAlchemyError, CheckinError) as error:
            log.error("mail to staff not sent", error=type(error).__name__)
        finally:
            self._places.release()


def ses_mailer(
    settings: Settings, connect: "Callable[[], SESV2Client]" = aws.ses_for_sending
) -> Mailer:
    """A mailer that goes through SES, from the campaign's address, tracking off.

    `connect` is called when the first mail goes: a client takes half a second to make.
    """
    client = cache(connect)

    def send(*, to: str, letter: StaffEmail) -> None:
        letters.send(client(), sender=settings.from_address, to=to, letter=letter)

    return send


def sign_in_letter(link: str) -> StaffEmail:
    """The message that carries a sign-in link."""
    return StaffEmail(
        subject=SUBJECT,
        text=letters.TEMPLATE.get_template("sign_in.txt").render(link=link),
        html=letters.TEMPLATE.get_template("sign_in.html").render(link=link),
    )
