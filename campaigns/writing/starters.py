"""Tips to begin with, in both languages: two for each month, without figures that go stale."""

from dataclasses import dataclass, replace
from functools import cache

from campaigns import calendar
from campaigns.content import sections
from campaigns.content.fields import EMPTY, Content, Tip, is_bilingual, tidy
from kit.errors import NotFound
from kit.templating import TEMPLATES

LIBRARY = TEMPLATES / "email" / "tips"


@dataclass(frozen=True, slots=True)
class Starter:
    """A tip of the library: `key` names it in a form, `month` ("January") is when it fits best."""

    key: str
    month: str
    tip: Tip


@cache
def library() -> tuple[Starter, ...]:
    """Every tip, January's first."""
    return tuple(
        Starter(f"{name.lower()}-{place}", name, tip)
        for number, name in enumerate(calendar.MONTHS, 1)
        for place, tip in enumerate(_tips(number, name), 1)
    )


def find(key: str) -> Starter:
    """The tip with this key; NotFound if the library has none."""
    for starter in library():
        if starter.key == key:
            return starter
    raise NotFound("Choose a tip from the list first.")


def fitting(tip: Tip, content: Content) -> Tip:
    """The tip in the languages of a text; one word of Welsh would give an email a Welsh half."""
    return tip if is_bilingual(content) else replace(tip, welsh_title="", welsh_body="")


def _tips(number: int, name: str) -> tuple[Tip, ...]:
    file = LIBRARY / f"{number:02d}-{name.lower()}.md"
    body = sections.read(file.read_text("utf-8").split("\n"), 1)
    return tidy(replace(EMPTY, tips=body.tips)).tips
