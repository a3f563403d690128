"""An open visit to “your data”: the page with everything on it, and what its buttons do."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from kit.errors import NotFound, Problem, Refused
from links import signing
from links.errors import LinkInvalid
from links.signing import Purpose
from portal import going_back
from portal.context import portal
from portal.data import actions, change, show, table, words
from portal.journey import Ask, Send
from replies import intake
from replies.form import sharing
from tenants.models import Tenant
from tenants.rights import data_sessions, evidence, export, reply_rights, rights
from tenants.rights.evidence import RightsAction

Page = str | Response | Redirect | tuple[str, int]

CSV, JSON = "csv", "json"
KINDS = {CSV: "text/csv; charset=utf-8", JSON: "application/json"}
SURE, YES = "sure", "yes"
DONE = "done"
"""In the query of a page that shows what was done."""
DELETED = {"delete": words.DELETED_ONE, "delete-all": words.DELETED_ALL}
AFTERWARDS = {"close": "data/closed.html", "erase": "data/erased.html"}
"""The pages after the end of a visit."""


@dataclass(frozen=True, slots=True)
class DataVisit:
    """A visit's tenant, session and time, for one request and transaction."""

    session: Session
    id: bytes
    tenant: Tenant

    @property
    def token(self) -> str:
        """The token in the next form."""
        return signing.sign(portal().link_keys.current(), Purpose.VISIT, self.id)


def first_page(visit_id: bytes) -> Page | None:
    """Render the page after the right code; None if the tenant was just erased."""
    return _within(visit_id, _seen)


def act() -> Page | None:
    """Do the action of the button pressed; None if the visit is over."""
    return _opened(_pressed)


def shown_after(done: str) -> Page | None:
    """Render the page after an action that made the browser forget the pages before it."""
    if done in AFTERWARDS:
        return render_template(AFTERWARDS[done])
    return _opened(lambda visit: _held_page(visit, DELETED.get(done)))


def _opened(answer: Callable[[DataVisit], Page]) -> Page | None:
    """Answer within the visit whose token was posted; None if it is over."""
    try:
        token = request.form.get("visit", "")
        visit_id = signing.verify(portal().link_keys.current(), Purpose.VISIT, token)
    except LinkInvalid:
        return None
    return _within(visit_id, answer)


def _within(visit_id: bytes, answer: Callable[[DataVisit], Page]) -> Page | None:
    with portal().platform.writing() as session:
        tenant = data_sessions.tenant_of(session, visit_id, now=portal().clock())
        return None if tenant is None else answer(DataVisit(session, visit_id, tenant))


def _seen(visit: DataVisit) -> Page:
    _note(visit, RightsAction.SEEN)
    return _held_page(visit)


def _pressed(visit: DataVisit) -> Page:
    do = request.form.get("do", "")
    name, _, month = do.partition(":")
    try:
        match name:
            case "json" | "csv":
                return _download(visit, name)
            case "close":
                return _close(visit)
            case "change":
                return _change(visit, month)
            case "show":
                return _show(visit, month)
            case "delete" | "delete-all" | "erase":
                return _delete(visit, do)
        done = actions.press(visit.session, visit.tenant, do, now=portal().clock())
    except (NotFound, Refused):
        done = None
    return _held_page(visit, done)


def _held_page(visit: DataVisit, done: str | None = None) -> str:
    held = _held(visit)
    return render_template(
        "data/held.html",
        token=visit.token,
        held=held,
        done=done,
        ends_at=data_sessions.ends_at(visit.session, visit.id),
        choices=words.choices(visit.tenant),
        can_be_shown=_can_be_shown(visit.tenant, held),
        ask=words.ASK,
        answer_due=evidence.answer_due(portal().clock()),
        logged=words.LOGGED,
        ways={option.key: option.label for option in sharing.CONTACT.options},
        topics={option.key: option.label for option in sharing.LEFT_OUT.options},
    )


def _can_be_shown(tenant: Tenant, held: export.Held) -> set[str]:
    """Return the months whose replies the housing association may see, if the tenant wants it."""
    return {
        reply["month"]
        for reply in held["replies"] or ()
        if reply_rights.may_be_shown(tenant, reply["answers"])
    }


def _held(visit: DataVisit) -> export.Held:
    """Return everything held; if a reply cannot be decrypted, `replies` is None."""
    keeps = portal().sender_keeps
    try:
        return export.export(visit.session, visit.tenant, vault=portal().vault, sender_keeps=keeps)
    except Refused:
        held = export.without_replies(visit.session, visit.tenant, sender_keeps=keeps)
        return held | {"replies": None}


def _download(visit: DataVisit, kind: str) -> Response:
    held = _held(visit)
    _note(visit, RightsAction.TAKEN_AWAY)
    response = make_response(table.localised_csv(held) if kind == CSV else export.as_json(held))
    response.headers["Content-Type"] = KINDS[kind]
    response.headers["Content-Disposition"] = f'attachment; filename="check-in.{kind}"'
    return response


def _change(visit: DataVisit, pressed: str) -> Page:
    """Handle `MONTH` or `MONTH:BUTTON`: show the reply or a question, or store the correction.

    Raises:
        NotFound: there is no reply of that month.
    """
    month, _, go = pressed.partition(":")
    shown = change.following(visit.session, visit.tenant, month, go)
    if isinstance(shown, Send):
        return _correct(visit, month)
    page = change.page(visit.session, visit.tenant, month, shown, token=visit.token)
    return (page, 422) if isinstance(shown, Ask) and shown.problems else page


def _correct(visit: DataVisit, month: str) -> Page:
    reply_rights.correct(
        visit.session,
        portal().vault,
        visit.tenant,
        month=month,
        fields=change.fields(),
        now=portal().clock(),
    )
    return _held_page(visit, words.CORRECTED)


def _show(visit: DataVisit, month: str) -> Page:
    """Ask whether the housing association may see a reply, and how; then do what was chosen.

    Raises:
        NotFound: there is no reply of that month that may be shown.
    """
    given = show.answers(visit.session, visit.tenant, month)
    chosen = show.decided()
    if chosen is None or chosen.problems:
        on_page = chosen or show.so_far(visit.session, visit.tenant, month)
        page = show.page(visit.tenant, month, given, on_page, token=visit.token)
        return (page, 422) if chosen else page
    if not sharing.is_shown(chosen.decision):
        was_shown = reply_rights.take_back(
            visit.session, visit.tenant, month=month, now=portal().clock()
        )
        return _held_page(visit, words.TAKE_BACK if was_shown else None)
    reply_rights.show_to_association(
        visit.session,
        portal().vault,
        visit.tenant,
        month=month,
        decision=chosen.decision,
        now=portal().clock(),
    )
    return _held_page(visit, words.SHOWN)


def _delete(visit: DataVisit, do: str) -> Page:
    """Ask for confirmation, then delete.

    Raises:
        NotFound: there is no reply of that month.
    """
    name, _, month = do.partition(":")
    if name == "delete":
        intake.find(visit.session, tenant_id=visit.tenant.id, month=month)
    if request.form.getlist(SURE) != [YES]:
        problems = (words.NOT_CONFIRMED,) if "asked" in request.form else ()
        return _sure_page(visit, do, *problems)
    if do == "erase":
        rights.erase(visit.session, visit.tenant, now=portal().clock())
    elif do == "delete-all":
        reply_rights.delete_all(visit.session, visit.tenant, now=portal().clock())
    else:
        actions.press(visit.session, visit.tenant, do, now=portal().clock())
    return going_back.ended(**{DONE: name})


def _sure_page(visit: DataVisit, do: str, *problems: Problem) -> Page:
    name, _, month = do.partition(":")
    page = render_template(
        "data/sure.html", token=visit.token, do=do, name=name, month=month, problems=problems
    )
    return (page, 422) if problems else page


def _close(visit: DataVisit) -> Page:
    data_sessions.end_session(visit.session, visit.id)
    return going_back.ended(**{DONE: "close"})


def _note(visit: DataVisit, action: RightsAction) -> None:
    evidence.record(visit.session, visit.tenant, action, now=portal().clock())
