"""The monthly form: `/r/TOKEN`.

No CSRF token is needed: there is no cookie or sign-in that another site could misuse, and the token
in the URL is the whole authority.

Opening a link (GET, HEAD) changes nothing and shows the same blank form, used or not, whoever its
tenant is. The answer to a POST does not reveal either whether the link was used, because the sender
saw it too. Posting a spent link stores nothing, and its tenant gets a letter; so does posting that
of an earlier address.
"""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from kit import even_time, months
from kit.languages import WELSH
from links import ledger
from links.ledger import IssuedLink
from links.signing import Purpose
from portal import (
    fresh_link_pages,
    going_back,
    journey,
    language,
    reply_undo,
    sharing_page,
    signposts,
    tokens,
)
from portal.context import MonthAsked, Portal, portal
from portal.sharing_page import Decided
from replies import intake, submissions
from replies.form import questions, rounds, sharing
from replies.form.answers import in_words
from replies.form.questions import Answers, Form
from tenants.models import Tenant
from tenants.rights import evidence, fresh_links, rights
from tenants.rights.evidence import RightsAction

pages = Blueprint("reply", __name__)

Page = Redirect | str | tuple[str, int]

SECONDS = 0.01
"""What storing a reply takes at least, or writing of a spent link: about three times either."""


@dataclass(frozen=True, slots=True)
class FormVisit:
    """A link that was followed, its month, what the month asks, and the form that it makes."""

    link_id: bytes
    link: IssuedLink
    asked: MonthAsked
    form: Form

    @property
    def month(self) -> str:
        return self.link.month

    @property
    def period(self) -> str:
        """The time that the month asks about, in the language of the page."""
        return months.period(self.asked.last_check_in, language.current())


@pages.get("/r/<token:token>")
def blank(token: str) -> str:
    visit, made = _visit(token), portal().blank_pages
    key = (visit.month, language.current(), language.preferred())
    if key not in made:
        first = journey.first_page(visit.form)
        made[key] = _question_page(visit, first, made_at=going_back.MADE_AT)
    return made[key].replace(going_back.MADE_AT, going_back.made_at())


@pages.get("/cy/r/<token:token>")
def in_welsh(token: str) -> Redirect:
    """Lead from the email's Welsh line to the form in Welsh."""
    return redirect(url_for(".blank", token=token, language=WELSH), 303)


@pages.post("/r/<token:token>")
def answered(token: str) -> Page:
    if fresh_link_pages.is_asked_for():
        return fresh_link_pages.answer(token)
    if given := request.form.get(reply_undo.FIELD):
        return reply_undo.answer(token, given)
    visit = _visit(token)
    fields = request.form.to_dict(flat=False)
    step = fields.pop("step", [visit.form[0].key])[0]
    go = fields.pop("go", [""])[0]
    fields.pop("language", None)
    decided = sharing_page.read(sharing.taken_from(fields))
    page = journey.next_page(visit.form, fields, step=step, go=go)
    match page:
        case journey.Ask(problems=()):
            return _question_page(visit, page)
        case journey.Ask():
            return _question_page(visit, page), 422
        case journey.Check(answers) if step == journey.SHOW and go.startswith(language.SWITCH):
            return _sharing_page(visit, answers, decided)
        case journey.Check(answers):
            return _check_page(visit, answers)
        case journey.Send(answers):
            return _send(visit, answers, decided, has_decided=step == journey.SHOW)


@pages.get("/sent")
def sent() -> str:
    """Show whom to tell and who helps, to a visitor who has sent nothing."""
    return render_template(
        "sent.html", answers={}, signs=signposts.signposts_for({}), tell_others=True, shown=()
    )


def _visit(token: str) -> FormVisit:
    """Read the token; raises LinkInvalid, LinkMissing, LinkExpired, or NotFound without a round."""
    link_id, here = tokens.link_id(Purpose.REPLY, token), portal()
    with here.platform.autocommit() as connection:
        link = ledger.look_up(connection, link_id, today=here.today())
    asked = _asked(here, link.month)
    return FormVisit(link_id, link, asked, questions.form(asked.questions))


def _asked(here: Portal, month: str) -> MonthAsked:
    if month not in here.asked:
        with here.platform.reading() as session:
            found = rounds.find(session, month)
            here.asked[month] = MonthAsked(tuple(found.questions), found.last_check_in)
    return here.asked[month]


def _send(visit: FormVisit, answers: Answers, decided: Decided, *, has_decided: bool) -> Page:
    """Store the reply; if it has something to show, ask first who may see it."""
    if not submissions.is_worth_showing(answers):
        return _stored(visit, answers, sharing.NOTHING_SAID)
    if not has_decided:
        return _sharing_page(visit, answers, sharing_page.read({}))
    if decided.problems:
        return _sharing_page(visit, answers, decided, with_problems=True), 422
    return _stored(visit, answers, decided.decision)


def _stored(visit: FormVisit, answers: Answers, decision: Answers) -> Page:
    """Store the reply and show the last page, which depends only on the posted answers.

    So it is the same for a spent link, but for a token that only the portal can read. A spent link
    stores nothing and writes to the tenant.
    """
    undo = request.args.get(reply_undo.FIELD)
    if undo is None:
        with even_time.taking_at_least(SECONDS):
            undo = _store(visit, answers, decision)
        return going_back.ended(**{reply_undo.FIELD: undo})
    is_shown = sharing.is_shown(decision)
    return render_template(
        "sent.html",
        answers=answers,
        signs=signposts.signposts_for(answers),
        tell_others=submissions.is_worth_showing(answers),
        is_shown=is_shown,
        period=visit.period,
        undo=undo,
        **sharing_page.receipt(visit.form, answers if is_shown else {}, decision),
    )


def _store(visit: FormVisit, answers: Answers, decision: Answers) -> str:
    """Returns the token that takes the reply back."""
    here, now = portal(), portal().clock()
    with here.platform.writing() as session:
        shows = _tenant(session, visit) if sharing.is_shown(decision) else None
        reply_id = intake.submit(
            session,
            here.vault,
            link_id=visit.link_id,
            answers=answers,
            today=here.today(),
            show_to=None if shows is None else shows.housing_association,
            decision=decision,
            asked=visit.asked.questions,
        )
        if reply_id is None:
            fresh_links.tell_of_use(session, visit.link, now=now)
        elif shows is not None and submissions.is_worth_showing(answers):
            evidence.record(session, shows, RightsAction.SHOWN, now=now)
    return reply_undo.token(visit.link_id, reply_id, now)


def _tenant(session: Session, visit: FormVisit) -> Tenant | None:
    """Return the link's tenant, whose row stays locked."""
    tenant_id = ledger.look_up(session.connection(), visit.link_id).tenant_id
    return None if tenant_id is None else rights.by_id(session, tenant_id)


def _question_page(visit: FormVisit, page: journey.Ask, **made: str) -> str:
    return render_template(
        "question.html",
        month=visit.month,
        period=visit.period,
        page=page,
        so_far=journey.carried(visit.form, page.answers),
        **made,
    )


def _check_page(visit: FormVisit, answers: Answers) -> str:
    return render_template(
        "check.html",
        month=visit.month,
        period=visit.period,
        rows=in_words(visit.form, answers),
        can_be_shown=submissions.is_worth_showing(answers),
        so_far=journey.carried(visit.form, answers),
    )


def _sharing_page(
    visit: FormVisit, answers: Answers, decided: Decided, *, with_problems: bool = False
) -> str:
    """Ask who may see the reply. The page starts blank; a language switch keeps its choices."""
    return render_template(
        "sharing.html",
        month=visit.month,
        so_far=journey.carried(visit.form, answers),
        **sharing_page.context(decided, answers, with_problems=with_problems),
    )
