"""Email from the console to staff, sent after the response.

Asking for a sign-in link must take as long for an unknown address as for a colleague's, so
everything that depends on the address runs in the post room, outside the request.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy.exc import SQLAlchemyError

from campaigns.planning import letters
from campaigns.planning.letters import Mailer, StaffEmail
from kit import aws
from kit.errors import CheckinError
from kit.log import get_logger
from kit.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

log = get_logger(__name__)

WAITING_MAX = 10_000
"""An unknown address costs one SELECT, so a flood of them delays staff by seconds at most."""
SUBJECT = "Your link to sign in to the Check-in console"


class PostRoom:
    """Runs jobs after the response; drops them if too many wait."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._places = BoundedSemaphore(WAITING_MAX)

    def put(self, job: Callable[[], None]) -> None:
        """Run `job` soon. A failure is logged; the person can ask for the email again."""
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
    """Return a mailer that uses SES, from the campaigns' address, untracked.

    `connect` is called at the first email: creating a client takes half a second.
    """
    client = cache(connect)

    def send(*, to: str, letter: StaffEmail) -> None:
        letters.send(client(), sender=settings.from_address, to=to, letter=letter)

    return send


def sign_in_letter(link: str) -> StaffEmail:
    """Return the email with a sign-in link."""
    return StaffEmail(
        subject=SUBJECT,
        text=letters.TEMPLATE.get_template("sign_in.txt").render(link=link),
        html=letters.TEMPLATE.get_template("sign_in.html").render(link=link),
    )
