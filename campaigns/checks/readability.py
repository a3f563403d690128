"""How hard a text is to read.

The Flesch-Kincaid grade (Kincaid, Fishburne, Rogers and Chissom, "Derivation of new readability
formulas", US Navy Research Branch Report 8-75, 1975) estimates years of American schooling; five
years more is a reading age. GOV.UK's style guide asks for a reading age of 9. Syllables are counted
by vowel groups, which is right for about nine English words in ten.
"""

import re

WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
SENTENCE_END = re.compile(r"[.!?:](?:\s|$)|\n")
VOWELS = re.compile(r"[aeiouy]+")
SILENT_ENDING = re.compile(r"(?:[^aeiouy]es|[^aeiouytd]ed|[^aeiouyl]e)$")
FIRST_SCHOOL_YEAR = 5
FEWEST_WORDS = 40


def reading_age(text: str) -> float | None:
    """The age in years at which a pupil reads `text` with ease; None for fewer than 40 words."""
    words = WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = sum(1 for part in SENTENCE_END.split(text) if WORD.search(part))
    per_sentence = len(words) / sentences
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59 + FIRST_SCHOOL_YEAR


def syllables(word: str) -> int:
    """How many syllables an English word has, at least 1."""
    plain = re.sub(r"['’].*$", "", word.lower())
    groups = len(VOWELS.findall(plain))
    return max(1, groups - (1 if SILENT_ENDING.search(plain) else 0))
