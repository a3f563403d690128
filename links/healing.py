"""Find the token in a link that a mail program or a person has damaged.

Programs append the text after a link, break it over two lines, insert invisible characters or
encode it twice. None of the characters removed here can be part of a token, so one token never
becomes another: `signing.verify` still compares every character.
"""

import re
from urllib.parse import unquote

from links.signing import ID_CHARACTERS

SIGNATURE_CHARACTERS = 43
ENCODED_AT_MOST = 3
"""Once by a mail program, and up to twice by gateways on the way."""

LINE_BREAK = (
    r"[\s>|\\\x00-\x1f\x7f\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f"
    r"\ufe00-\ufe0f\ufeff]"
)
"""White space, the `>` and `|` that mark quoted lines, and invisible characters."""
LETTER = rf"{LINE_BREAK}*[A-Za-z0-9_-]"
TOKEN = re.compile(
    rf"(?<![\w.-])[A-Za-z0-9_-](?:{LETTER}){{{ID_CHARACTERS - 1}}}{LINE_BREAK}*\."
    rf"(?:{LETTER}){{{SIGNATURE_CHARACTERS}}}(?![\w-])"
)
QUOTED_PRINTABLE = re.compile(r"=(?:([0-9A-Fa-f]{2})|(?=\s|$))")
"""`=2E` is a dot; a `=` that ends a line joins it to the next (RFC 2045, section 6.7)."""


def token_in(text: str) -> str:
    """Return the first token in `text` without what was inserted; `text` itself if there is none.

    An altered token is not repaired, so its signature stays wrong.
    """
    decoded = text
    for _ in range(ENCODED_AT_MOST):
        decoded = unquote(decoded)
    found = TOKEN.search(decoded) or TOKEN.search(QUOTED_PRINTABLE.sub(_character, decoded))
    return re.sub(LINE_BREAK, "", found[0]) if found else text


def _character(code: re.Match[str]) -> str:
    return chr(int(code[1], 16)) if code[1] else ""
