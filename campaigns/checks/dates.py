"""Dates in the text: weekdays that do not fit, days that do not exist, days that will be past.

A date without a year is taken as the one nearest to the day of sending, unless it is long past.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns import bank_holidays, calendar
from campaigns.checks import visible
from campaigns.content.placeholders import Fault

MONTHS = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in calendar.MONTHS if name != "September")
MONTH = rf"(?P<month>(?:{MONTHS}|Sept?(?:ember)?)\b\.?)"
DAY_NAME = r"(?:Mon|Tues?|Wed(?:nes|s)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
NAMED_DAY = rf"(?:(?P<weekday>{DAY_NAME})\b[,.]?\s+(?:the\s+)?)"
WEEKDAY = f"{NAMED_DAY}?"
IN_MONTH = rf"(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}(?:,?\s+(?P<year>(?:19|20)\d\d))?"
DATE = re.compile(
    rf"\b{WEEKDAY}(?P<day>\d{{1,2}}){IN_MONTH}"
    rf"(?:(?:\s*\(|,?\s+(?:which\s+)?(?:is\s+|was\s+)?an?\s+)(?P<after>{DAY_NAME})\b\)?)?",
    re.IGNORECASE,
)
FIRST_OF_SOME = re.compile(
    rf"\b{NAMED_DAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?=\s*(?:to|until|till|and|or|&|–|-|,)\s*"
    rf"(?:the\s+)?(?:{DAY_NAME}\s+)?(?P<last>\d{{1,2}}){IN_MONTH})",
    re.IGNORECASE,
)
"""“Monday 14” in “Monday 14 to Friday 18 December”."""
AMERICAN = re.compile(
    rf"\b{WEEKDAY}{MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*(?:%|:|am|pm|pounds|people))"
    r"(?:,?\s+(?P<year>20\d\d))?",
)
NUMERIC = re.compile(
    rf"\b{WEEKDAY}(?P<day>\d{{1,2}})[/.-](?P<number>\d{{1,2}})[/.-](?P<year>20\d\d)\b",
    re.IGNORECASE,
)
SHORT = re.compile(
    rf"\b{WEEKDAY}(?P<day>0?[1-9]|[12]\d|3[01])/(?P<number>0?[1-9]|1[0-2])/(?P<year>2\d)\b",
    re.IGNORECASE,
)
ISO = re.compile(r"\b(?P<year>20\d\d)-(?P<number>\d\d)-(?P<day>\d\d)\b")
DATES = (DATE, AMERICAN, NUMERIC, SHORT, ISO)
TIME = re.compile(
    r"(?<![\d:.£,])(\d{1,2})(?:[:.](\d{2}))?\s?([ap])\.?m\b\.?|(?<![\d:.£,])(\d{1,2}):(\d{2})(?![\d:%])",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?!\s|$)[^.!?\n]*)*")
LOOKS_BACK = re.compile(
    r"\b(?:since|was|were|had|has|have|last(?! (?:day|date)\b)|ago|began|started|changed|rose|went"
    r"|came|became|ended|closed|replaced|introduced|announced|published|moved|backdated?"
    r"|before that|already|born|built|made|took|taken|paid|asked|wrote|sent|set|opened|agreed"
    r"|signed|used to)\b",
    re.IGNORECASE,
)
FROM = re.compile(r"\bfrom\b", re.IGNORECASE)
TO = re.compile(r"\s*(?:to|until|till|and|–|-)\s*", re.IGNORECASE)
LOOKS_AHEAD = re.compile(
    r"\b(?:by|before|until|till|deadline|closes?|ends?|apply|book|due|no later than|will)\b",
    re.IGNORECASE,
)
HOLIDAY = (
    r"(?P<name>bank holiday|Good Friday|Easter Monday|Christmas Day|Boxing Day|New Year[’']s Day)"
)
HOLIDAY_BEFORE = re.compile(rf"{HOLIDAY}(?:\s*\(|\s+(?:is|falls|was|will be)\s+(?:on\s+)?)$")
HOLIDAY_BEHIND = re.compile(rf"\)?\s+(?:is|was|will be)\s+(?:also\s+)?(?:an?\s+|the\s+)?{HOLIDAY}")
ELSEWHERE = re.compile(r"\b(?:Scot\w+|Ireland)\b")
LONG_AGO = timedelta(days=100)
NO_SLIP = timedelta(days=730)
"""A year that is written and lies further back was meant."""


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as it stands in the text; `day` is None where the calendar has no such day."""

    words: str
    line: int
    day: date | None
    weekday: str
    has_year: bool
    sentence: str
    ahead: str
    behind: str

    def is_on(self, year: int) -> bool:
        """Whether the date falls on its weekday in that year."""
        try:
            named = self.day and self.day.replace(year=year)
        except ValueError:
            return False
        return named is not None and f"{named:%a}" == self.weekday.capitalize()[:3]


def weekdays(text: str, sends: date) -> Iterator[Fault]:
    """“Friday 1 December 2026”, which is a Tuesday, and “31 June”."""
    for found in _dates(text, sends, (FIRST_OF_SOME, *DATES)):
        if found.day is None:
            yield found.line, f"“{found.words}” is no day that there is; look it up"
        elif found.weekday and not any(map(found.is_on, _years(found, sends))):
            shown = f"{found.day.day} {found.day:%B %Y} is a {found.day:%A}"
            yield found.line, f"“{found.words}”: {shown}"


def past(text: str, sends: date) -> Iterator[Fault]:
    """Days that will be over when the email arrives, where the sentence does not look back."""
    for found in _dates(text, sends):
        if found.day is None or found.day >= sends or _is_told(found, sends):
            continue
        is_deadline = LOOKS_AHEAD.search(found.ahead) is not None
        what = "is a deadline before" if is_deadline else "is before"
        yield found.line, f"“{found.words}” {what} the email is sent; check that it is meant"


def holidays(text: str, sends: date) -> Iterator[Fault]:
    """“The bank holiday is Monday 7 December”, “Boxing Day (25 December)”."""
    for found in _dates(text, sends):
        said = HOLIDAY_BEFORE.search(found.ahead) or HOLIDAY_BEHIND.match(found.behind)
        if said and found.day and not ELSEWHERE.search(found.sentence):
            name = said["name"].replace("’", "'")
            is_named = name in bank_holidays.names_on(found.day)
            if not (is_named if name[0].isupper() else bank_holidays.is_bank_holiday(found.day)):
                yield found.line, f"“{found.words}” is not {name} in England; look it up"


def times(text: str) -> Iterator[Fault]:
    """“14pm”, “9:75”: times of day that no clock shows."""
    for line, written in visible.numbered(text):
        for found in TIME.finditer(written):
            hour, minute = int(found[1] or found[4]), int(found[2] or found[5] or 0)
            if minute > 59 or hour > (12 if found[3] else 24) or (found[3] and hour == 0):
                yield line, f"“{found[0].strip()}” is no time of day; look it up"


def _years(found: WrittenDate, sends: date) -> list[int]:
    """The years that may be meant: the one that is written, or the nearest, or an earlier one
    where the sentence looks back."""
    if found.day is None or found.has_year or not _looks_back(found):
        return [found.day.year] if found.day else []
    return [found.day.year, sends.year, sends.year - 1]


def _is_told(found: WrittenDate, sends: date) -> bool:
    """Whether a day in the past is meant: the sentence looks back, or the day begins a time that
    goes on."""
    begins = TO.match(found.behind)
    ends = DATE.match(found.behind, begins.end()) if begins else None
    if ends:
        end = _read(ends, found.behind, found.line, sends).day
        return _looks_back(found) or (end is not None and end >= sends)
    is_long_ago = found.has_year and found.day is not None and found.day < sends - NO_SLIP
    return is_long_ago or _looks_back(found) or bool(FROM.search(found.sentence))


def _looks_back(found: WrittenDate) -> bool:
    is_told = LOOKS_BACK.search(found.sentence) is not None
    return is_told and not re.search(
        r"\b(?:by|before|until|deadline|extended to|closes?|ends?)\W+(?:\w+\W+){0,2}$",
        found.ahead,
        re.IGNORECASE,
    )


def _dates(
    text: str, sends: date, patterns: tuple[re.Pattern[str], ...] = DATES
) -> Iterator[WrittenDate]:
    for line, written in visible.numbered(text):
        for sentence in filter(str.strip, SENTENCE.findall(written)):
            for pattern in patterns:
                for found in pattern.finditer(sentence):
                    if int(found.groupdict().get("last") or 99) >= int(found["day"]):
                        yield _read(found, sentence, line, sends)


def _read(found: re.Match[str], sentence: str, line: int, sends: date) -> WrittenDate:
    groups = found.groupdict()
    number = int(groups.get("number") or 0) or _number_of(groups["month"])
    year = int(f"20{groups['year']}"[-4:]) if groups.get("year") else None
    return WrittenDate(
        words=" ".join(found[0].split()),
        line=line,
        day=nearest(int(found["day"]), number, year, sends),
        weekday=groups.get("weekday") or groups.get("after") or "",
        has_year=year is not None,
        sentence=sentence,
        ahead=sentence[: found.start()],
        behind=sentence[found.end() :],
    )


def _number_of(name: str) -> int:
    starts = [month[:3].lower() for month in calendar.MONTHS]
    return starts.index(name[:3].lower()) + 1


def nearest(day: int, month: int, year: int | None, sends: date) -> date | None:
    """Without a year: last year's, this year's or next year's, whichever comes first and is no
    longer ago than about a quarter."""
    years = [year] if year else [sends.year - 1, sends.year, sends.year + 1]
    found = []
    for each in years:
        try:
            found.append(date(each, month, day))
        except ValueError:
            continue
    recent = [each for each in found if year or each >= sends - LONG_AGO]
    return recent[0] if recent else None
