"""Detect characters that look like ASCII, with which one reference or domain imitates another.

Normalising would turn some of them into ASCII (the Kelvin sign into `k`), and so one tenant's
reference or address into another's (Unicode Technical Report 36, section 2).
"""

import re
import unicodedata

CYRILLIC_AND_GREEK = re.compile("[АВЕЅІЈКМНОРСТУХЬаесіјорсѕухԁԛԝһӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲϳıⅠ-ⅿ]")
OTHER_SCRIPTS = {"ARMENIAN", "CHEROKEE", "COPTIC", "CYRILLIC", "GREEK"}
FULL_STOPS = "。．｡․"


def becomes_ascii(text: str) -> bool:
    """Whether a letter, digit or full stop that is not ASCII would become ASCII when normalised."""
    return not text.isascii() and any(
        letter in FULL_STOPS or (not letter.isascii() and _plain(letter).isalnum())
        for letter in text
    )


def looks_like_ascii(text: str) -> bool:
    """`becomes_ascii`, and letters of other alphabets that cannot be told from Latin ones."""
    return becomes_ascii(text) or bool(CYRILLIC_AND_GREEK.search(text))


def mixes_scripts(label: str) -> bool:
    """Whether a label has Latin letters and letters of an alphabet that has lookalikes."""
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in label if letter.isalpha()}
    return "LATIN" in names and bool(names & OTHER_SCRIPTS)


def _plain(letter: str) -> str:
    """Return the ASCII letter or digit that normalisation makes of a letter; empty if none."""
    forms = unicodedata.normalize("NFKC", letter), letter.lower()
    return next((form for form in forms if form.isascii() and len(form) == 1), "")
