"""Marks that people and word processors write almost right, as Markdown has them.

Each line stays the line it was, so that what is found in a mended text is found where it was typed.
"""

import re

BULLET = re.compile(r"^[ \t]*[•·▪▫●○◦‣⁃∙■□❖➢➤►\uf0b7\uf0a7][ \t\u00a0]*(?=\S)", re.MULTILINE)
DASH = re.compile(r"^([ \t]*)-(?=[^\W\d_])", re.MULTILINE)
BOLD = re.compile(
    r"\*\*((?:(?<=\w\*\*)[“‘\"'–—-]+)?[ \t\u00a0]*)([^*\n]*?[^*\s])"
    r"([ \t\u00a0]*(?:[.,:;!?…’”\"'–—-]+(?=\*\*\w))?)\*\*"
)
"""Markdown knows no bold that starts or ends in a space, or in a stop that touches a word."""


def mended(text: str) -> str:
    """The text with Word's bullets as list items, and bold that holds what bold can hold."""
    marked = DASH.sub(r"\1- ", BULLET.sub("- ", text))
    return "\n".join(map(_with_tight_bold, marked.split("\n"))) if "**" in marked else marked


def _with_tight_bold(line: str) -> str:
    """A line with an odd number of marks is left to the checks."""
    return BOLD.sub(r"\1**\2**\3", line) if line.count("**") % 2 == 0 else line
