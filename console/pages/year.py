"""The front page: the year of campaigns."""

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from campaigns.models import MonthStep
from campaigns.planning import conversation
from campaigns.sending import set_aside
from campaigns.ses import account
from console import access, sessions
from console.context import here
from console.months import year
from console.months.year import YearMonth
from kit.errors import BadInput, Problem
from kit.months import first_day

pages = Blueprint("year", __name__)


@pages.get("/")
@access.allow(access.EVERY_ROLE)
def show() -> str:
    """Twelve months from `?from=2026-08` on, or around today."""
    now = here().now
    first = request.args.get("from") or year.usual_first(now)
    with here().campaign.reading() as session:
        months = year.show(session, first=_checked(first), now=now)
        return render_template(
            "console/year.html",
            months=months,
            waiting=_waiting(session, months),
            next_up=year.next_up(months),
            missed=year.missed(months),
            earlier=year.shifted(first, -year.MONTHS_SHOWN),
            later=year.shifted(first, year.MONTHS_SHOWN),
            is_usual="from" not in request.args,
            held=account.paused_because(session, now=now),
            set_aside=set_aside.count(session),
            now=now,
        )


def _waiting(session: Session, months: list[YearMonth]) -> list[tuple[YearMonth, MonthStep]]:
    """The months that wait for whoever looks, each with the step that says why."""
    me = sessions.signed_in()
    found = [
        (each, conversation.waiting_for(session, me, each.campaign))
        for each in months
        if each.campaign is not None
    ]
    return [(each, step) for each, step in found if step is not None]


def _checked(month: str) -> str:
    try:
        first_day(month)
    except ValueError as error:
        raise BadInput([Problem("", f"{error}.")]) from None
    return month
