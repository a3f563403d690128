"""Every sentence of the pages and letters can be read at the age of nine.

The measure is the Flesch–Kincaid grade (Kincaid and others, 1975): 0.39 words a sentence + 11.8
syllables a word - 15.59. Pupils in the fourth American grade, 4.0 up to 5.0, are nine years old.
The formula says nothing about a text of a few words, such as a button: there no word is long.
"""

import re
from collections.abc import Iterator
from math import floor

from kit import languages
from kit.templating import TEMPLATES
from portal import free_help, texts

AGE = 9
GRADE_0_AGE = 5
"""Years: how old a pupil is before the first grade."""
WELSH_BELOW = "-" * 40
FEW_WORDS, SYLLABLES_MAX = 4, 3

NAMES = (
    "Centre for Responsible Credit",
    "Information Commissioner",
    "Universal Credit",
    "Housing Benefit",
    "Council Tax",
    "State Pension",
    "Pension Credit",
    "Carer’s Allowance",
    "Well Thought",
    "Amazon",
    "rent-flex",
    "Samaritans",
    "check-in",
)
KNOWN_WORDS = (
    "housing association",  # what the tenant's landlord is called in law and on the lease
    "benefits?",  # what it is called on every official form
    "disability|disabled",  # the word of the Equality Act and of the benefit's own name
    "ethnicity",  # the word of the Equality Act
    "complaints?|complain",  # the word of the Data (Use and Access) Act 2025
    "legitimate interest",  # the term of the UK GDPR
    "separated",  # the word of the official forms
    "emergency",  # what one calls 999 in
    "company number|registered office",  # the Companies Act 2006 asks for these
)
NOT_WORDS = (
    r"“[^”]*”|%\(\w+\)s|\{\{[^}]*\}\}|https?://\S+|\S+@\S+"
    r"|\((?:UK GDPR, )?article \S+|\(Amazon SES[^)]*\)|\((?:CSV|JSON)\)"
)
"""What is quoted, filled in, an address, or a reference for those who look it up."""
KNOWN = re.compile("|".join((NOT_WORDS, *NAMES, *KNOWN_WORDS)), re.IGNORECASE)
WORD = re.compile(r"[A-Za-z]+(?:’[a-z]+)?")
ENDS = re.compile(r"(?<=[.?!:;])\s+")

SILENT = re.compile(
    r"(?<=[^aeiou]l)es?$|(?<=^som)e|(?<=^ev)e(?=ry)|(?<=^saf)e(?=ty)|(?<=[^aeiouydtl])ed$"
    r"|(?<=[aeiou]l)e[sd]?$|(?<=[^aeiouylcgsxz])es$|(?<=[^aeiouyl])e$"
)
"""A written e that is not spoken: like, likes, liked, something; little has its second in the l."""


def test_no_sentence_needs_an_older_reader() -> None:
    too_hard = {text: found for text in _sentences() if (found := _age(text)) > AGE}
    assert [] == [f"{found}: {text}" for text, found in too_hard.items()]


def test_the_measure_tells_plain_words_from_others() -> None:
    assert 8 >= _age("We have your answers, and nobody else can read them.")
    assert 12 <= _age("Your personal information is retained in accordance with legislation.")
    assert [1, 1, 2, 2, 3, 3] == [
        _syllables(word) for word in ("likes", "stopped", "little", "safety", "deleted", "somebody")
    ]


def _age(sentence: str) -> int:
    """The age in whole years of those who can read it."""
    words = WORD.findall(KNOWN.sub(" it ", sentence))
    heard = [_syllables("it" if _is_name(word, at) else word) for at, word in enumerate(words)]
    if len(words) <= FEW_WORDS:
        return AGE + (max(heard, default=0) > SYLLABLES_MAX)
    grade = 0.39 * len(words) + 11.8 * sum(heard) / len(words) - 15.59
    return floor(grade) + GRADE_0_AGE


def _is_name(word: str, at: int) -> bool:
    return at > 0 and word[0].isupper() and word != "I"


def _syllables(word: str) -> int:
    lower = word.lower()
    syllabic = bool(re.search(r"[^aeiouyr]les?$", lower))
    return max(1, len(re.findall("[aeiouy]+", SILENT.sub("", lower))) + syllabic)


def _sentences() -> Iterator[str]:
    for text in (*texts.every_text(), *_in_help(), *_in_letters()):
        yield from (part for part in ENDS.split(text) if WORD.search(part))


def _in_help() -> Iterator[str]:
    for entry in free_help.read(languages.ENGLISH).everything().values():
        yield entry.about


def _in_letters() -> Iterator[str]:
    english = languages.ALL[languages.ENGLISH]
    yield from english.subjects.values()
    for letter in (english.folder / "letters").iterdir():
        yield from letter.read_text("utf-8").splitlines()
    unread = (TEMPLATES / "letters" / "unread.txt").read_text("utf-8")
    yield from unread.partition(WELSH_BELOW)[0].splitlines()[1:]
