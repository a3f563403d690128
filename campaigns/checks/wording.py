"""Find wording that does not belong in a neutral, calm service message.

A message that promotes nothing is a service message; promotional wording makes it direct marketing
under the Privacy and Electronic Communications Regulations (PECR), which needs a consent of its own
(ICO, "Guidance on direct marketing using electronic mail").
"""

import re
from collections.abc import Iterator

from campaigns import calendar
from campaigns.content.placeholders import Fault
from kit.months import first_day, month_name

SELLS = r"(?:today|tonight|now|this (?:week|month|weekend)|everything|selected|orders?|sale|code)"
PROMOTIONAL = (
    r"(?:special|exclusive|limited(?:[ -]time)?|unmissable) offers?|limited time only|offer ends",
    rf"(?<=\d)% off(?= {SELLS}| (?:your|all) (?:first|next|orders?|purchases?))",
    r"(?<=\d)% off(?=[!.]?$)",
    r"(?:use|enter|with|quote) (?:the |our |this |your )?(?:discount|voucher|promo) code",
    r"(?:your|our|a|claim|get|enjoy) free gift|(?:start|claim|enjoy|try) (?:your|our|a) free trial",
    r"our (?:best|lowest) (?:price|deal)s?|best prices? (?:guaranteed|ever)|great deals? on",
    r"enter (?:our|the|to win)|our prize draw|you(?:'ve|’ve| have) won|win (?:a|an|one of|£\d+)",
    r"refer a friend|recommend us|buy now(?!,? pay)|(?:order|shop|sign up|upgrade|book) now",
    r"don[’']t miss (?:out|this)|while stocks last|money[- ]back guarantee",
    r"(?:black friday|cyber monday) (?:deals?|offers?|savings)(?= (?:are|is|start|now|at|with))",
    r"our (?:exciting |brand )?new (?:product|service|app)|new product",
)
PRESSING = (
    r"urgent(?! (?:help|repairs?|care|need|advice|support|cases?|appointments?|payments?))",
    r"act (?:now|fast)|(?:last|final) chance|final (?:notice|reminder|warning)|or else|asap",
    r"before it(?: is|[’']s) too late|you must reply|fail(?:ure|ing) to (?:reply|respond|answer)",
    r"(?<!no )(?<!not )hurry(?! to| into)|reply (?:immediately|at once|right now)",
)
QUOTES_A_CHEAT = re.compile(
    r"\b(?:scam\w*|fraud\w*|fake\w*|phishing|criminals?|trick\w*|beware|wary|suspicious|too good"
    r"|con ?(?:man|men|artists?)|cheat\w*|pressur\w+|ignore|never (?:pay|click|reply|give))\b",
    re.IGNORECASE,
)
"""A sentence that warns of such words may quote them."""
SENTENCE = re.compile(r"[^.!?]+[.!?]*")
EMPTY_LINK_WORDS = {
    *("click here", "here", "click", "this link", "link", "read more", "more", "more info"),
    *("learn more", "find out more", "this page", "this website", "website"),
    *("cliciwch yma", "yma", "y ddolen hon", "dolen", "darllen mwy", "darllenwch fwy", "mwy"),
    *("rhagor", "rhagor o wybodaeth", "mwy o wybodaeth", "y dudalen hon", "y wefan hon"),
}
CAPITALS = re.compile(r"\b[A-Z]{6,}\b|\b[A-Z]{2,}(?:\s+[A-Z]{2,})+\b")
BANGS = re.compile(r"![!?]|\?!")
MONTH_NAMES = "|".join(calendar.MONTHS)
MONTH_WORDS = re.compile(
    rf"(?<!\d )(?<!th )(?<!st )\b({MONTH_NAMES})\b(?! \d{{1,2}}\b)(?: (20\d\d))?"
)
ALSO_A_WORD = {
    "March": r"(?:in|for|this|of|by|last|every|until) $",
    "May": r"(?:in|for|this|of|by|last|every|until) $",
}
ANNOUNCED = re.compile(
    r"\b(?:this|check-in for|email for|for the month of|welcome to|happy)\s+$", re.IGNORECASE
)
LOOKS_BACK = re.compile(
    r"\b(?:since|from|was|were|had|has|have|last|ago|began|started|changed|asked|rose|went|until"
    r"|wrote|told|came|ended|paid|got)\b",
    re.IGNORECASE,
)


def promotional(text: str) -> Iterator[Fault]:
    """Find promotional phrases."""
    for line, phrase in _phrases(text, SELLING):
        yield (
            line,
            f"“{phrase}” is promotional; a service message has to stay neutral (PECR), reword it",
        )


def pressing(text: str) -> Iterator[Fault]:
    """Find phrases that put pressure on the reader."""
    for line, phrase in _phrases(text, PUSHING):
        yield line, f"“{phrase}” sounds urgent; readers may be under strain, say it calmly"


def shouting(text: str) -> Iterator[Fault]:
    """Find runs of capitals, and repeated marks at the end of a sentence."""
    for line, content in _numbered(text):
        if match := CAPITALS.search(content):
            yield line, f"“{match[0][:40]}” reads like shouting; write it in small letters"
        elif BANGS.search(content):
            yield line, "more than one mark at the end of a sentence reads like shouting; keep one"


def other_months(text: str, month: str) -> Iterator[Fault]:
    """Find the name of a month that may be left over from an earlier email.

    That is the month before, or any other where this email names its own month; not one among
    several, nor one in a sentence that looks back.
    """
    first = first_day(month)
    before = calendar.MONTHS[first.month - 2]
    for line, content in _numbered(text):
        for sentence in SENTENCE.findall(content):
            found = [each for each in MONTH_WORDS.finditer(sentence) if _is_month(each)]
            if len({each[1] for each in found}) != 1:
                continue
            named = found[0]
            is_own = named[1] == calendar.MONTHS[first.month - 1]
            is_wrong_year = is_own and named[2] and int(named[2]) != first.year
            is_announced = ANNOUNCED.search(sentence[: named.start()]) and not is_own
            is_left_over = named[1] == before or is_wrong_year
            if is_announced or (is_left_over and not LOOKS_BACK.search(sentence)):
                meant = month_name(month)
                yield line, f"“{named[0]}” is another month than {meant}; check that it is meant"


def says_nothing(words: str) -> bool:
    """Whether a link's words do not say where it goes (WCAG 2.2, 2.4.4)."""
    return words.strip(" .:!>»→").lower() in EMPTY_LINK_WORDS


def _is_month(found: re.Match[str]) -> bool:
    """March and May are months only where something says so."""
    needed = ALSO_A_WORD.get(found[1])
    before = found.string[: found.start()]
    return (
        needed is None
        or found[2] is not None
        or re.search(needed, before, re.IGNORECASE) is not None
    )


def _phrases(text: str, pattern: re.Pattern[str]) -> Iterator[Fault]:
    for line, content in _numbered(text):
        for sentence in SENTENCE.findall(content):
            if not QUOTES_A_CHEAT.search(sentence):
                yield from ((line, found[0].lower()) for found in pattern.finditer(sentence))


def _one_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z])(?:{'|'.join(phrases)})(?![A-Za-z])", re.IGNORECASE)


SELLING, PUSHING = _one_of(PROMOTIONAL), _one_of(PRESSING)


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    return enumerate(text.split("\n"), 1)
