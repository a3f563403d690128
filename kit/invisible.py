"""Invisible characters, which are copied along with text.

They are Unicode's Default_Ignorable_Code_Point and some blank letters, such as the Hangul filler.
"""

import re

CHARACTERS = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
)
"""A character class, to be put between the brackets of a regular expression."""
INVISIBLE = re.compile(f"[{CHARACTERS}]")


def removed(text: str) -> str:
    """Return `text` without its invisible characters."""
    return text if text.isascii() else INVISIBLE.sub("", text)
