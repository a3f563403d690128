"""A mail as the recipient's server would receive it: MIME source and headers."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from sandbox.mail import AcceptedMail, RawContent

# Long enough that no custom header is folded or encoded: RFC 5322 allows 998 characters a line.
WIRE = SMTP.clone(max_line_length=998)
READABLE = "quoted-printable"


def header_list(mail: AcceptedMail) -> list[tuple[str, str]]:
    """The message's header fields in the order in which they are sent."""
    return [(name, str(value)) for name, value in message(mail).items()]


def source(mail: AcceptedMail) -> bytes:
    """The whole message, RFC 5322, with CRLF line ends."""
    return message(mail).as_bytes(policy=WIRE)


def message(mail: AcceptedMail) -> EmailMessage:
    """Build the MIME message of a mail."""
    if isinstance(mail.content, RawContent):
        built = RawContent(mail.content.source).message
    else:
        built = _from_parts(mail)
    for name in ("Date", "Message-ID"):
        del built[name]
    built["Date"] = format_datetime(mail.accepted_at)
    built["Message-ID"] = f"<{mail.message_id}@eu-west-2.amazonses.com>"
    return built


def _from_parts(mail: AcceptedMail) -> EmailMessage:
    built = EmailMessage(policy=WIRE)
    built["From"] = mail.source
    if mail.to:
        built["To"] = ", ".join(mail.to)
    if mail.cc:
        built["Cc"] = ", ".join(mail.cc)
    if mail.reply_to:
        built["Reply-To"] = ", ".join(mail.reply_to)
    built["Subject"] = mail.subject.replace("\r", " ").replace("\n", " ")
    for name, value in mail.headers:
        built[name] = value
    _set_body(built, text=mail.text, html=mail.html)
    if built.is_multipart():
        built.set_boundary(f"part-{mail.message_id}")
    return built


def _set_body(built: EmailMessage, *, text: str, html: str) -> None:
    if text:
        built.set_content(text, cte=READABLE)
    if html and text:
        built.add_alternative(html, subtype="html", cte=READABLE)
        for part in built.iter_parts():
            del part["MIME-Version"]
    elif html:
        built.set_content(html, subtype="html", cte=READABLE)
