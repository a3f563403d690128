"""The pages that are the same for everybody: the privacy notice, and the way out at once."""

from datetime import date

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

pages = Blueprint("plain", __name__)

PRIVACY_VERSION = 3
PRIVACY_DATED = date(2026, 11, 22)
NEUTRAL_PAGE = "https://www.bbc.co.uk/weather"
"""Where somebody lands who must not be seen here (GOV.UK Design System, "Exit this page")."""


@pages.get("/privacy")
def privacy() -> str:
    return render_template("privacy.html", version=PRIVACY_VERSION, dated=PRIVACY_DATED)


@pages.get("/leave")
def leave() -> Response:
    """Take somebody to a neutral page at once, and clear what the browser keeps of these pages."""
    answer = redirect(NEUTRAL_PAGE, 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
