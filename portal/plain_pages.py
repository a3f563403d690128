"""Pages that are the same for everybody: the privacy notice, and “exit this page”."""

from datetime import date

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from portal import going_back

pages = Blueprint("plain", __name__)

PRIVACY_VERSION = 6
PRIVACY_DATED = date(2026, 11, 29)
NEUTRAL_PAGE = "https://www.bbc.co.uk/weather"
"""Where “exit this page” leads (GOV.UK Design System)."""


@pages.get("/privacy")
def privacy() -> str:
    return render_template("privacy.html", version=PRIVACY_VERSION, dated=PRIVACY_DATED)


@pages.get("/leave")
def leave() -> Response:
    """Redirect to a neutral page, and clear the browser's data of this site."""
    return going_back.forgetting(redirect(NEUTRAL_PAGE, 303))
