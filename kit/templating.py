"""The folder of the Jinja2 templates: beside this package in a checkout and in a wheel."""

from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
