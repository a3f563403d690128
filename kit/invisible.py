"""Characters that take no room on a screen: copied along with text, and seen by nobody.

They are Unicode's Default_Ignorable_Code_Point and the blank letters that some keyboards have.
"""

import re

CHARACTERS = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
)
"""For the inside of a regular expression's square brackets."""
INVISIBLE = re.compile(f"[{CHARACTERS}]")


def removed(text: str) -> str:
    """`text` without any of them."""
    return text if text.isascii() else INVISIBLE.sub("", text)
