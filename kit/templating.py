"""Where every Jinja2 template lies: beside this package, in a checkout and in a wheel alike."""

from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
