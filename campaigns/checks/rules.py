"""The rules about a field's text: what each looks for, where, how severe it is, and how to repair
it. A new rule is a function and a row here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from campaigns.checks import addresses, dates, leftovers, link_words, marks, notes, slips, wording
from campaigns.checks.welsh_dates import welsh_weekdays
from campaigns.content.fields import Content, is_text, row_of, texts
from campaigns.content.findings import Finding, Level
from campaigns.content.mended import mended
from campaigns.content.placeholders import Fault
from kit.languages import ENGLISH

Rule = Callable[[str], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class TextRule:
    """`find` names faults by line, in fields of either kind or of one. `repair` names one of
    `campaigns.checks.repairs`. A rule that goes by English words alone is not `in_welsh`; one that
    looks for marks, or for what a colleague left behind, is."""

    find: Rule
    level: Level
    in_texts: bool = True
    in_lines: bool = True
    in_welsh: bool = True
    repair: str = ""


AS_WRITTEN = (
    TextRule(leftovers.entities, "block", repair="entities"),
    TextRule(leftovers.other_systems, "block", repair="placeholders"),
    TextRule(leftovers.broken_characters, "block", repair="characters"),
    TextRule(leftovers.lists, "block", in_lines=False, repair="lists"),
    TextRule(leftovers.tables, "block", in_lines=False, repair="tables"),
    TextRule(leftovers.emphasis, "block", in_lines=False, repair="emphasis"),
    TextRule(marks.split_links, "block", in_lines=False, repair="links"),
    TextRule(marks.footnotes, "block", repair="footnotes"),
    TextRule(marks.foreign_marks, "block", repair="foreign-marks"),
    TextRule(marks.marks_in_a_line, "block", in_texts=False, repair="plain-line"),
    TextRule(addresses.traced, "block", in_lines=False),
    TextRule(notes.to_oneself, "warn"),
    TextRule(notes.gaps, "warn"),
    TextRule(notes.twice, "warn", in_welsh=False),
    TextRule(dates.times, "warn", in_welsh=False),
)
AS_READ = (
    TextRule(marks.stars, "block", in_lines=False, repair="emphasis"),
    TextRule(marks.crossed_out, "block", in_lines=False, repair="crossed-out"),
    TextRule(marks.stray_headings, "block", in_lines=False, repair="headings"),
    TextRule(link_words.elsewhere, "warn", in_lines=False),
    TextRule(link_words.private, "warn", in_lines=False),
    TextRule(link_words.misspelt, "warn", in_lines=False),
    TextRule(link_words.misdialled, "warn"),
    TextRule(slips.halves, "warn"),
    TextRule(slips.amounts, "warn"),
    TextRule(slips.repeated, "warn", in_lines=False),
    TextRule(notes.brackets, "warn"),
    TextRule(addresses.bare, "warn", in_lines=False),
    TextRule(wording.promotional, "block"),
    TextRule(wording.pressing, "warn"),
    TextRule(wording.shouting, "warn"),
)
"""Of the text with its placeholders filled in: what stands for a link is an address there."""
DATED = (dates.weekdays, dates.past, dates.holidays)
"""They know the English names of days and months."""


def findings(written: Content, filled: Content, *, month: str, sends: date) -> Iterator[Finding]:
    """Return each field's findings; a line is reported once, by the first rule that finds it.

    `sends` is the day of sending in London.
    """
    about_month = TextRule(lambda text: wording.other_months(text, month), "warn", in_welsh=False)
    dated = [TextRule(partial(rule, sends=sends), "warn", in_welsh=False) for rule in DATED]
    dated.append(TextRule(partial(welsh_weekdays, sends=sends), "warn"))
    read = dict(texts(filled))
    for field, text in texts(written):
        seen: set[tuple[int, str]] = set()
        typed = mended(text) if is_text(field) else text
        for rule, about in (
            *((rule, typed) for rule in AS_WRITTEN),
            *((rule, read[field]) for rule in (*AS_READ, about_month, *dated)),
        ):
            for finding in _found(rule, field, about):
                key = finding.line or 0, _quoted(finding.message)
                if key not in seen:
                    seen.add(key)
                    yield finding


def _found(rule: TextRule, field: str, text: str) -> Iterator[Finding]:
    multiline, is_english = is_text(field), row_of(field).language == ENGLISH
    if (rule.in_texts if multiline else rule.in_lines) and (is_english or rule.in_welsh):
        for line, message in rule.find(text):
            where = line if multiline else None
            yield Finding(field, rule.level, message, where, rule.repair)


def _quoted(message: str) -> str:
    """Return what a message quotes: two rules that quote the same words report the same thing."""
    return message.partition("“")[2].partition("”")[0] or message
