"""A month in a page's address."""

from flask import Flask
from werkzeug.routing import BaseConverter


class MonthConverter(BaseConverter):
    """`2026-12`; anything else is no such page."""

    regex = r"20\d\d-(?:0[1-9]|1[0-2])"


def install(app: Flask) -> None:
    """Let routes say `<month:name>`."""
    app.url_map.converters["month"] = MonthConverter
