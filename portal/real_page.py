"""“Is this email real?”, `/`: what this month's email looks like, the same for everybody."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template

from kit.languages import BETWEEN, ENGLISH, WELSH
from kit.settings import Settings
from portal.context import portal
from replies.form import rounds

pages = Blueprint("real", __name__)


@dataclass(frozen=True, slots=True)
class Imprint:
    """Who sends the emails, and who stands behind them; empty where the operator has not said."""

    mailbox: str
    address: str
    company: str
    company_number: str
    registered_office: str


@dataclass(frozen=True, slots=True)
class NewestEmail:
    """The subject and the day, in London, of the newest check-in."""

    subject: str
    sent_on: date

    @property
    def halves(self) -> list[tuple[str, str]]:
        """Each language of the subject with its words."""
        return list(zip((ENGLISH, WELSH), self.subject.split(BETWEEN, 1), strict=False))


def imprint_of(settings: Settings) -> Imprint:
    """Return who sends the emails, as the operator set it; production has no default mailbox."""
    is_said = settings.env != "production" or "from_address" in settings.model_fields_set
    return Imprint(
        mailbox=settings.from_address if is_said else "",
        address=settings.portal_url.partition("://")[2],
        company=settings.company,
        company_number=settings.company_number,
        registered_office=settings.registered_office,
    )


@pages.get("/")
def is_it_real() -> str:
    here = portal()
    with here.platform.reading() as session:
        newest = rounds.newest_sent(session, today=here.today())
        email = newest and NewestEmail(newest.subject or "", newest.sent_on or newest.opened_on)
    return render_template("real.html", email=email)
