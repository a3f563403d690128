"""“Your data”, `/data`: see, take away, put right, pause, object, withdraw, delete.

Every step has the same URL, and all data is in the body of a POST: the address typed, the code, the
answers, and the token that keeps the page open for half an hour. There is no cookie, so no other
site can act in a tenant's name, and nothing private is in an address. After a reload the
browser asks to send the form again; a code works only once.

The page after asking for a code is the same for every address.
"""

from datetime import datetime

from flask import Blueprint, render_template, request
from werkzeug.exceptions import TooManyRequests

from kit.clock import LONDON
from kit.errors import Problem
from links import signing
from links.errors import LinkInvalid
from links.signing import Purpose
from portal import going_back, language
from portal.context import portal
from portal.data import visit, words
from portal.data.visit import Page
from portal.limits import network
from tenants.rights import data_sessions
from tenants.rights.data_sessions import CodeRefusal
from tenants.roster import addresses
from tenants.roster.addresses import BadAddress

pages = Blueprint("data", __name__)

SAID = {CodeRefusal.WRONG: words.WRONG_CODE, CodeRefusal.WHICH: words.WHICH_ACCOUNT}


@pages.app_template_filter("iso_day")
def iso_day(text: str) -> str:
    """Format `2026-12-03`, or a UTC time, as a day in London: “3 December 2026”."""
    moment = datetime.fromisoformat(text)
    return language.day_name((moment.astimezone(LONDON) if moment.tzinfo else moment).date())


@pages.app_template_filter("clock_time")
def clock_time(moment: datetime) -> str:
    """Format a time in London: “14:05”."""
    return moment.astimezone(LONDON).strftime("%H:%M")


@pages.get("/data")
def blank() -> str:
    return _ask_page()


@pages.post("/data")
def posted() -> Page:
    if done := request.args.get(visit.DONE):
        return visit.shown_after(done) or (_ask_page(words.OVER), 422)
    match request.form.get("step"):
        case "address":
            return _send_code()
        case "code":
            return _enter_code()
        case "held":
            return visit.act() or going_back.ended(**{visit.DONE: "over"})
    return _ask_page()


def _send_code() -> Page:
    typed = request.form.get("address", "")
    try:
        address = addresses.normalise(typed)
    except BadAddress:
        return _ask_page(words.BAD_ADDRESS, typed=typed[: addresses.ADDRESS_MAX]), 422
    _count(address)
    keys = portal().link_keys.current()
    with portal().platform.writing() as session:
        visit_id = data_sessions.request_code(
            session, address=address, keys=keys, now=portal().clock()
        )
    return _code_page(signing.sign(keys, Purpose.CODE, visit_id))


def _enter_code() -> Page:
    keys, token = portal().link_keys.current(), request.form.get("visit", "")
    try:
        visit_id = signing.verify(keys, Purpose.CODE, token)
    except LinkInvalid:
        return _ask_page(words.OVER), 422
    with portal().platform.writing() as session:
        entered = data_sessions.enter(
            session,
            session_id=visit_id,
            code=request.form.get("code", ""),
            ref=request.form.get("reference", ""),
            keys=keys,
            now=portal().clock(),
        )
    if isinstance(entered, bytes):
        return visit.first_page(entered) or (_ask_page(words.OVER), 422)
    if entered in SAID:
        return _code_page(token, SAID[entered]), 422
    return _ask_page(words.OVER), 422


def _ask_page(*problems: Problem, typed: str = "") -> str:
    return render_template("data/ask.html", problems=problems, typed=typed)


def _code_page(token: str, *problems: Problem) -> str:
    return render_template("data/code.html", token=token, problems=problems)


def _count(address: str) -> None:
    """Count a request for a network and an address, so that nobody is refused for others'."""
    limiter = portal().limits.codes
    if not limiter.allows((network(request.remote_addr), address), now=portal().clock()):
        raise TooManyRequests(retry_after=limiter.retry_after)
