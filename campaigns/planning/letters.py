"""Short messages to staff: built from one template, sent through SES one at a time, untracked."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from kit.ses_mail import send_email
from kit.templating import TEMPLATES

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

TEMPLATE = Environment(
    loader=FileSystemLoader(TEMPLATES / "console" / "mail"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class StaffEmail:
    """A subject and the same message twice, as text and as HTML."""

    subject: str
    text: str
    html: str


class Mailer(Protocol):
    """Sends one letter to one member of staff; botocore's errors pass through."""

    def __call__(self, *, to: str, letter: StaffEmail) -> None: ...


def notice(subject: str, *, lines: tuple[str, ...], words: str, link: str) -> StaffEmail:
    """A few plain sentences under a heading, and one button that says `words`."""
    parts = {"heading": subject, "lines": lines, "words": words, "link": link}
    return StaffEmail(
        subject=subject,
        text=TEMPLATE.get_template("notice.txt").render(parts),
        html=TEMPLATE.get_template("notice.html").render(parts),
    )


def send(client: "SESV2Client", *, sender: str, to: str, letter: StaffEmail) -> None:
    """Hand one letter to SES; botocore's errors pass through."""
    send_email(
        client, sender=sender, to=to, subject=letter.subject, text=letter.text, html=letter.html
    )
