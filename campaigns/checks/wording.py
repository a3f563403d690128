"""Find wording that does not belong in a neutral, calm service message.

A message that promotes nothing is a service message; promotional wording makes it direct marketing
under the Privacy and Electronic Communications Regulations (PECR), which needs a consent of its own
(ICO, "Guidance on direct marketing using electronic mail").
"""

import re
from collections.abc import Iterator

from campaigns import calendar
from campaigns.content.placeholders import Fault
from kit.months import month_name

PROMOTIONAL = (
    *("special offer", "exclusive offer", "limited offer", "limited time", "offer ends"),
    *("% off", "discount code", "voucher code", "promo code", "free gift", "free trial"),
    *("best price", "great deal", "best deal", "prize draw", "you have won", "win a", "win £"),
    *("refer a friend", "recommend us", "buy now", "order now", "shop now", "sign up now"),
    *("upgrade now", "don’t miss out", "don't miss out", "while stocks last", "money back"),
    *("black friday", "cyber monday", "new product", "our new service"),
)
PRESSING = (
    *("urgent", "act now", "act fast", "last chance", "final notice", "final reminder"),
    *("immediately", "before it is too late", "before it’s too late", "you must reply"),
    *("failure to", "failing to", "or else", "right now", "hurry", "as soon as possible", "asap"),
)
EMPTY_LINK_WORDS = {
    *("click here", "here", "click", "this link", "link", "read more", "more", "more info"),
    *("learn more", "find out more", "this page", "this website", "website"),
}
CAPITALS = re.compile(r"\b[A-Z]{6,}\b|\b[A-Z]{2,}(?:\s+[A-Z]{2,})+\b")
BANGS = re.compile(r"![!?]|\?!")
MONTH_WORDS = re.compile(
    rf"\b(?:(?:{'|'.join(name for name in calendar.MONTHS if name not in {'March', 'May'})})\b"
    r"|(?:March|May)(?=\s+\d)|(?<=in )(?:March|May)\b|(?<=for )(?:March|May)\b"
    r"|(?<=this )(?:March|May)\b)(?:\s+20\d\d\b)?"
)


def promotional(text: str) -> Iterator[Fault]:
    """Find promotional phrases."""
    for line, phrase in _phrases(text, PROMOTIONAL):
        yield (
            line,
            f"“{phrase}” is promotional; a service message has to stay neutral (PECR), reword it",
        )


def pressing(text: str) -> Iterator[Fault]:
    """Find phrases that put pressure on the reader."""
    for line, phrase in _phrases(text, PRESSING):
        yield line, f"“{phrase}” sounds urgent; readers may be under strain, say it calmly"


def shouting(text: str) -> Iterator[Fault]:
    """Find runs of capitals, and repeated marks at the end of a sentence."""
    for line, content in _numbered(text):
        if match := CAPITALS.search(content):
            yield line, f"“{match[0][:40]}” reads like shouting; write it in small letters"
        elif BANGS.search(content):
            yield line, "more than one mark at the end of a sentence reads like shouting; keep one"


def other_months(text: str, month: str) -> Iterator[Fault]:
    """Find names of months other than the campaign's, which may be left over."""
    name, year = month_name(month).split()
    for line, content in _numbered(text):
        for match in MONTH_WORDS.finditer(content):
            if match[0] not in {name, f"{name} {year}"}:
                yield (
                    line,
                    f"“{match[0]}” is another month than {name} {year}; check that it is meant",
                )


def says_nothing(words: str) -> bool:
    """Whether a link's words do not say where it goes (WCAG 2.2, 2.4.4)."""
    return words.strip(" .:!>»→").lower() in EMPTY_LINK_WORDS


def _phrases(text: str, phrases: tuple[str, ...]) -> Iterator[Fault]:
    for line, content in _numbered(text.lower()):
        for phrase in phrases:
            if re.search(rf"(?<![a-z]){re.escape(phrase)}(?![a-z])", content):
                yield line, phrase


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    return enumerate(text.split("\n"), 1)
