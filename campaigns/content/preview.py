"""Preview what a recipient will get, with links that are recognisably samples."""

from collections.abc import Mapping
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path

from campaigns.content.compile import CompiledMessage, FilledMessage
from kit.clock import utc_now
from kit.ses_mail import GENERATED, of_list

RECIPIENT = "tenant-001@example.org"
SAMPLE = "this-is-a-sample-link"


def sample(compiled: CompiledMessage, *, portal_url: str) -> FilledMessage:
    """The message with sample links: they lead to the portal, which calls them not valid."""
    return compiled.fill(
        reply_link=f"{portal_url}/r/{SAMPLE}", stop_link=f"{portal_url}/stop/{SAMPLE}"
    )


def write(
    compiled: CompiledMessage,
    folder: Path,
    *,
    portal_url: str,
    from_address: str,
    reply_to: str | None = None,
) -> list[Path]:
    """Write message.html, message.txt and message.eml into `folder`, made if it is not there."""
    message = sample(compiled, portal_url=portal_url)
    headers = {
        "From": from_address,
        "To": str(Address(addr_spec=RECIPIENT)),
        "Reply-To": reply_to,
        "Date": format_datetime(utc_now()),
        "Message-ID": make_msgid(domain=parseaddr(from_address)[1].rpartition("@")[2]),
        "List-Unsubscribe": f"<{portal_url}/stop/{SAMPLE}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        **GENERATED,
        **of_list(from_address),
    }
    contents = {
        "message.html": message.html.encode(),
        "message.txt": message.text.encode(),
        "message.eml": _subject_line(message.subject) + bytes(_mime(message, headers)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        path.write_bytes(content)
    return paths


def _subject_line(subject: str) -> bytes:
    """EmailMessage loses the space between two encoded words that it folds (RFC 2047, section 6.2
    has it inside them)."""
    charset = None if subject.isascii() else "utf-8"
    folded = Header(subject, charset, header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {folded}\r\n".encode()


def _mime(message: FilledMessage, headers: Mapping[str, str | None]) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    for name, value in headers.items():
        if value:
            mail[name] = value
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return mail
