"""The inbox's Reply button: what a recipient writes back goes where the mail says it should."""

from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kit.clock import utc_now
from sandbox.mail import AcceptedMail
from sandbox.mailbox import Mailbox
from sandbox.mime import message
from sandbox.receiving import Receiving

TEXT_MAX = 10_000


def pages(mailbox: Mailbox, receiving: Receiving) -> Blueprint:
    """The form, and what it sends."""
    blueprint = Blueprint("answering", __name__)

    @blueprint.get("/mail/<int:number>/reply")
    def form(number: int) -> str:
        mail = mailbox.find(number)
        to = goes_to(mail)
        return render_template("reply.html", mail=mail, to=to, is_received=receiving.takes(to))

    @blueprint.post("/mail/<int:number>/reply")
    def send(number: int) -> Response:
        mail = mailbox.find(number)
        receiving.take(
            bytes(answer(mail, request.form.get("text", "")[:TEXT_MAX])),
            sender=mail.recipients[0],
            recipient=goes_to(mail),
        )
        return redirect(url_for("inbox.index", address=mail.recipients[0]), 303)

    return blueprint


def goes_to(mail: AcceptedMail) -> str:
    """Where a mail program sends the answer: to Reply-To, else to the sender."""
    return mail.reply_to[0] if mail.reply_to else mail.source


def answer(mail: AcceptedMail, text: str) -> EmailMessage:
    """The answer as a mail program writes it (RFC 5322, section 3.6.4)."""
    sender = mail.recipients[0]
    built, answered = EmailMessage(), message(mail)["Message-ID"]
    built["From"], built["To"] = sender, goes_to(mail)
    built["Subject"] = f"Re: {mail.subject}"
    built["Date"] = format_datetime(utc_now())
    built["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    built["In-Reply-To"] = built["References"] = answered
    built.set_content(text)
    return built
