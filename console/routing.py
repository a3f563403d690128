"""A month in a URL."""

from flask import Flask
from werkzeug.routing import BaseConverter


class MonthConverter(BaseConverter):
    """`2026-12`; anything else is Not Found."""

    regex = r"20\d\d-(?:0[1-9]|1[0-2])"


def install(app: Flask) -> None:
    """Make `<month:name>` available in routes."""
    app.url_map.converters["month"] = MonthConverter
