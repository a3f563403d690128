"""Where every Jinja2 template lies."""

from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
