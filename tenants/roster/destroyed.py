"""Values that a spreadsheet has put in a reference's place; what stood there is lost.

A number of twelve digits and more is shown shortened (`1.23457E+11`), digits after the fifteenth
become zeros, what looks like a date becomes one, and a formula that fails leaves its error.
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
    """What a spreadsheet left in place of a value; None if `text` may be one."""
    found = DESTROYED.fullmatch(text)
    return WAYS[found.lastgroup][1] if found and found.lastgroup else None
