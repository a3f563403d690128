"""An email to the platform, and what came of it."""

from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select

from sandbox.mail import AcceptedMail
from sandbox.service import REPLY_TO
from tenants.inbound import responder
from tenants.inbound.responder import MailResponder
from tenants.models import Letter
from tests.support.faulty_ses.service import FaultySandbox
from tests.support.tenants import NOW, People

NOBODY = "stranger@example.org"
SECRET = "I lost my job and I cannot pay"


def reply(sandbox: FaultySandbox, sender: str, *, text: str = SECRET, **headers: str) -> None:
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = sender, REPLY_TO, "Re: Has it changed?"
    for name, value in headers.items():
        written[name.replace("_", "-")] = value
    written.set_content(text)
    sandbox.receiving.take(bytes(written), sender=sender, recipient=REPLY_TO)


def answer(post: MailResponder, now: datetime = NOW) -> int:
    return responder.answer_waiting(post, clock=lambda: now)


def sent(sandbox: FaultySandbox) -> list[AcceptedMail]:
    return sandbox.acceptance.mailbox.since(0, 100)


def letters(people: People) -> list[tuple[int, str]]:
    with people.database.reading() as session:
        rows = session.execute(select(Letter.tenant_id, Letter.kind).order_by(Letter.id))
        return [(tenant, kind) for tenant, kind in rows]
