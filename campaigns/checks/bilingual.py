"""A Welsh half says all that the English one says, and was not left behind when that changed."""

from collections.abc import Iterator, Sequence

from campaigns.content import fields
from campaigns.content.fields import Content
from campaigns.content.findings import Finding
from kit.languages import BETWEEN
from kit.months import month_name

SUBJECTS_SHOWN = 100
"""So many characters of “English / Cymraeg” stand in the inbox of a wide window."""
MISSING = "is empty, but other Welsh fields are not; write it, or empty all of them"
ALONE = "stands without an English text beside it; write that too, or take this out"
OLD = "is that of {}, but the English has changed; see whether it still fits"
SPLIT = "has “ / ” in it, which readers take for the start of the other language; use a comma"
NOT_WELSH = "is the English text again; write it in Welsh"


def findings(content: Content, earlier: Sequence[tuple[str, Content]]) -> Iterator[Finding]:
    """What is wrong with the Welsh fields of a text, and with a subject that seems to be two.

    `earlier` holds the texts of the months before, as (month, text), the newest first.
    """
    yield from _split_subjects(content)
    if not fields.is_bilingual(content):
        return
    before = dict(_said(earlier[0][1])) if earlier else {}
    for name, english, welsh in fields.pairs(content):
        if english and not welsh:
            yield Finding(name, "block", MISSING)
        elif welsh and not english:
            yield Finding(name, "block", ALONE)
        elif welsh and welsh == english:
            yield Finding(name, "warn", NOT_WELSH)
        elif welsh and before.get(welsh, english) != english:
            yield Finding(name, "warn", OLD.format(month_name(earlier[0][0])))
    subjects = content.subject + BETWEEN + content.welsh_subject
    if len(subjects) > SUBJECTS_SHOWN:
        message = (
            f"with the English it has {len(subjects)} characters; an inbox shows about "
            f"{SUBJECTS_SHOWN}"
        )
        yield Finding("welsh_subject", "warn", message)


def _split_subjects(content: Content) -> Iterator[Finding]:
    for name in ("subject", "welsh_subject"):
        if BETWEEN in getattr(content, name):
            yield Finding(name, "warn", SPLIT)


def _said(content: Content) -> Iterator[tuple[str, str]]:
    """Each Welsh text with the English that it stood for."""
    return ((welsh, english) for _name, english, welsh in fields.pairs(content) if welsh)
