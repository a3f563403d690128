"""The page that belongs to nobody: privacy."""

from datetime import date

from flask import Blueprint, render_template

pages = Blueprint("plain", __name__)

PRIVACY_VERSION = 3
PRIVACY_DATED = date(2026, 11, 22)


@pages.get("/privacy")
def privacy() -> str:
    return render_template("privacy.html", version=PRIVACY_VERSION, dated=PRIVACY_DATED)
