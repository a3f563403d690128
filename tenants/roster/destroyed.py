"""Detect references that a spreadsheet has destroyed.

It shortens numbers of twelve digits or more (`1.23457E+11`), turns digits after the fifteenth into
zeros and texts that look like dates into dates, and leaves the errors of failed formulas.
"""

import re

MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
WAYS = {
    "shortened": (r"(?i:[+-]?\d+(?:[.,]\d+)?E[+-]?\d+)", "a number that a spreadsheet shortened"),
    "zeros": (r"[1-9]\d{14}0+", "a number whose last digits a spreadsheet replaced by zeros"),
    "error": (r"#(?:N/A|NAME\?|DIV/0!|[A-Z_]+!|#+)", "a spreadsheet’s error"),
    "date": (
        rf"\d{{1,2}}-{MONTHS}|{MONTHS}-\d\d|\d{{4}}-\d\d-\d\d 00:00:00",
        "a date that a spreadsheet made of something else",
    ),
    "formula": (r"=.*", "a formula"),
    "nothing": (r"(?i:nan|null|none|undefined)", "a word for nothing"),
}
DESTROYED = re.compile("|".join(f"(?P<{way}>{pattern})" for way, (pattern, _) in WAYS.items()))


def kind(text: str) -> str | None:
    """Return what a spreadsheet left instead of a reference; None if `text` may be one."""
    found = DESTROYED.fullmatch(text)
    return WAYS[found.lastgroup][1] if found and found.lastgroup else None
