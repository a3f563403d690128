"""The monthly form: `/r/TOKEN`.

No CSRF token is needed: there is no cookie or sign-in that another site could misuse, and the token
in the URL is the whole authority.

Opening a link (GET, HEAD) changes nothing and shows the same blank form, used or not, whoever its
tenant is. The answer to a POST does not reveal either whether the link was used, because the sender
saw it too. Posting a spent link stores nothing, and its tenant gets a letter.
"""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy.orm import Session

from kit import months
from links import ledger
from links.signing import Purpose
from portal import fresh_link_pages, journey, language, signposts, tokens
from portal.context import MonthAsked, Portal, portal
from replies import intake, submissions
from replies.form import questions, rounds
from replies.form.answers import in_words
from replies.form.questions import Answers, Form
from tenants.rights import fresh_links, rights

pages = Blueprint("reply", __name__)

SHOW = "show"
SHOWN = ["yes"]


@dataclass(frozen=True, slots=True)
class FormVisit:
    """A link that was followed, its month, what the month asks, and the form that it makes."""

    link_id: bytes
    month: str
    asked: MonthAsked
    form: Form

    @property
    def period(self) -> str:
        """The time that the month asks about, in the language of the page."""
        return months.period(self.asked.last_check_in, language.current())


@pages.get("/r/<token:token>")
def blank(token: str) -> str:
    visit, made = _visit(token), portal().blank_pages
    key = (visit.month, language.current())
    if key not in made:
        made[key] = _question_page(visit, journey.first_page(visit.form))
    return made[key]


@pages.post("/r/<token:token>")
def answered(token: str) -> Response | str | tuple[str, int]:
    if fresh_link_pages.is_asked_for():
        return fresh_link_pages.answer(token)
    visit = _visit(token)
    fields = request.form.to_dict(flat=False)
    step = fields.pop("step", [visit.form[0].key])[0]
    go = fields.pop("go", [""])[0]
    fields.pop("language", None)
    is_shown = fields.pop(SHOW, []) == SHOWN
    page = journey.next_page(visit.form, fields, step=step, go=go)
    match page:
        case journey.Ask(problems=()):
            return _question_page(visit, page)
        case journey.Ask():
            return _question_page(visit, page), 422
        case journey.Check(answers):
            return _check_page(visit, answers, is_shown=is_shown and go.startswith(language.SWITCH))
        case journey.Send(answers):
            return _send(visit, answers, is_shown=is_shown)


@pages.get("/sent")
def sent() -> str:
    """Show whom to tell and who helps, to a visitor who has sent nothing."""
    return render_template("sent.html", answers={}, signs=signposts.of({}), tell_others=True)


def _visit(token: str) -> FormVisit:
    """Read the token; raises LinkInvalid, LinkMissing, LinkExpired, or NotFound without a round."""
    link_id, here = tokens.link_id(Purpose.REPLY, token), portal()
    with here.platform.autocommit() as connection:
        link = ledger.look_up(connection, link_id, today=here.today())
    asked = _asked(here, link.month)
    return FormVisit(link_id, link.month, asked, questions.form(asked.questions))


def _asked(here: Portal, month: str) -> MonthAsked:
    if month not in here.asked:
        with here.platform.reading() as session:
            found = rounds.find(session, month)
            here.asked[month] = MonthAsked(tuple(found.questions), found.last_check_in)
    return here.asked[month]


def _send(visit: FormVisit, answers: Answers, *, is_shown: bool) -> Response:
    """Store the reply and show the last page, which depends only on the posted answers.

    So it is the same for a spent link, which stores nothing and writes to the tenant. The browser
    is told to delete the earlier pages, so that nobody can go back to the answers.
    """
    is_shown = is_shown and submissions.is_worth_showing(answers)
    _store(visit, answers, is_shown)
    page = make_response(
        render_template(
            "sent.html",
            answers=answers,
            signs=signposts.of(answers),
            tell_others=submissions.is_worth_showing(answers),
            is_shown=is_shown,
        )
    )
    page.headers["Clear-Site-Data"] = '"cache"'
    return page


def _store(visit: FormVisit, answers: Answers, is_shown: bool) -> None:
    here = portal()
    with here.platform.writing() as session:
        outcome = intake.submit(
            session,
            here.vault,
            link_id=visit.link_id,
            answers=answers,
            today=here.today(),
            show_to=_association(session, visit) if is_shown else None,
            asked=visit.asked.questions,
        )
        if outcome is intake.IntakeOutcome.ALREADY_SPENT:
            fresh_links.tell_of_second_use(session, link_id=visit.link_id, now=here.clock())


def _association(session: Session, visit: FormVisit) -> str | None:
    """Return the housing association of the link's tenant, whose row stays locked."""
    tenant_id = ledger.look_up(session.connection(), visit.link_id).tenant_id
    tenant = None if tenant_id is None else rights.get(session, tenant_id)
    return None if tenant is None else tenant.housing_association


def _question_page(visit: FormVisit, page: journey.Ask) -> str:
    return render_template(
        "question.html",
        month=visit.month,
        period=visit.period,
        page=page,
        so_far=journey.carried(visit.form, page.answers),
    )


def _check_page(visit: FormVisit, answers: Answers, *, is_shown: bool) -> str:
    """Show all answers; the box to share them starts unticked and survives a language switch."""
    return render_template(
        "check.html",
        month=visit.month,
        period=visit.period,
        rows=in_words(visit.form, answers),
        can_be_shown=submissions.is_worth_showing(answers),
        is_shown=is_shown,
        so_far=journey.carried(visit.form, answers),
    )
