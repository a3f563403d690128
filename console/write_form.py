"""Read the editor's form into content, and rearrange it by its buttons without a script."""

import json
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from campaigns.content.field_rows import FieldKind
from campaigns.content.fields import OF_A_TIP, TABLE, Content, Tip, with_each
from campaigns.writing import merging, repairing, starters
from campaigns.writing.save_turns import SaveTurn
from kit.errors import BadInput, NotFound, Problem

Item = TypeVar("Item")
Arrange = Callable[[Content, str], Content]
BROKEN = "The form lacks the text it began with. Reload the page."

LEFT_CONTROLS = {"\n", "\t"}
BREAKS = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\u2028": "\n", "\u2029": "\n", "\x85": "\n"})
EMPTY = Tip("", "")
PAGE_LIMIT = 32
PARTS = [(part, tuple(fields)) for part, fields in groupby(TABLE, lambda field: field.part)]
"""The form's headings, each with the fields under it."""


def read(form: "MultiDict[str, str]") -> Content:
    """Return the content as typed, without invisible characters pasted from word processors."""
    return _cleaned(Content(**{each.name: READERS[each.kind](form, each.name) for each in TABLE}))


def base_of(form: "MultiDict[str, str]") -> Content:
    """The text that the form was filled with before somebody typed, cleaned as `read` cleans.

    Raises:
        BadInput: the form does not say.
    """
    try:
        return _cleaned(Content.from_json(json.loads(form.get("was", ""))))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadInput([Problem("form", BROKEN)]) from None


def turn_of(form: "MultiDict[str, str]", *, month: str, email: str) -> SaveTurn | None:
    """Which save of its page this is; None of a form that was sent without the script."""
    page, number = form.get("page", "")[:PAGE_LIMIT], form.get("turn", "")[:9]
    return SaveTurn(month, email, page, int(number)) if page and number.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a button like `tip-up:2` does to the text, and the part of the page to go to then."""

    arrange: Callable[[Content], Content]
    place: Callable[[Content], str]
    is_removal: bool = False


def arrangement(do: str, form: "MultiDict[str, str]", last_month: Content | None) -> Arrangement:
    """What the button `do` arranges; one that is not known, or is not there, changes nothing.

    Raises:
        NotFound: no tip was chosen to insert, or there is no earlier month to start from.
    """
    what, _, which = do.partition(":")
    if what == "last-month":
        return _started_over(last_month)
    if what == "tip-insert":
        tip = starters.find(form.get("starter", "")).tip
        return Arrangement(
            lambda content: _with_tip(content, starters.fitting(tip, content)), _last_tip
        )
    if what == "repair":
        return _repaired(which)
    if what == "question-add":
        which = form.get("another", "")
    arrange = ARRANGEMENTS.get(what, _unchanged)
    return Arrangement(
        lambda content: arrange(content, which),
        lambda content: _anchor(what, which, content),
        is_removal=what.endswith("-remove"),
    )


def _started_over(last_month: Content | None) -> Arrangement:
    if last_month is None:
        raise NotFound("There is no earlier month to start from.")
    return Arrangement(lambda _content: last_month, lambda _content: "editor", is_removal=True)


def _unchanged(content: Content, _which: str) -> Content:
    return content


def _repaired(which: str) -> Arrangement:
    """`NAME:FIELD`, as a finding offers it."""
    name, _, field = which.partition(":")
    return Arrangement(
        lambda content: repairing.repaired(content, field, name),
        lambda _content: field.replace(".", "-"),
        is_removal=True,
    )


def place_of_return(before: Content, after: Content) -> str:
    """The part of the page with what came back into the text."""
    tips = [number for number, tip in enumerate(after.tips, 1) if tip not in before.tips]
    asked = [key for key in after.questions if key not in before.questions]
    if tips:
        return f"tips-{tips[0]}-title"
    if asked:
        return f"question-{asked[0]}"
    return next(iter(merging.changed_fields(before, after)), "editor")


def _anchor(what: str, which: str, content: Content) -> str:
    if what.startswith("question"):
        return f"question-{which}" if which in content.questions else "questions"
    if not what.startswith("tip"):
        return "editor"
    step = {"tip-up": -1, "tip-down": 1}.get(what, 0)
    if what == "tip-add":
        return _last_tip(content)
    at = (int(which) if which.isdecimal() else 1) + step
    return f"tip-{min(max(at, 1), len(content.tips))}" if content.tips else "tips"


def _last_tip(content: Content) -> str:
    return f"tips-{len(content.tips)}-title"


def _with_tip(content: Content, tip: Tip) -> Content:
    return replace(content, tips=(*content.tips, tip))


def _moved(items: Sequence[Item], at: int, step: int) -> tuple[Item, ...]:
    to = at + step
    order = list(items)
    if 0 <= at < len(order) and 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
    return tuple(order)


def _tip_moved(step: int) -> Arrange:
    return lambda content, which: replace(content, tips=_moved(content.tips, _place(which), step))


def _tip_removed(content: Content, which: str) -> Content:
    at = _place(which)
    return replace(content, tips=tuple(tip for i, tip in enumerate(content.tips) if i != at))


def _tip_added(content: Content, _which: str) -> Content:
    return _with_tip(content, EMPTY)


def _question_moved(step: int) -> Arrange:
    def move(content: Content, key: str) -> Content:
        if key not in content.questions:
            return content
        at = content.questions.index(key)
        return replace(content, questions=_moved(content.questions, at, step))

    return move


def _question_removed(content: Content, key: str) -> Content:
    return replace(content, questions=tuple(each for each in content.questions if each != key))


def _question_added(content: Content, key: str) -> Content:
    if not key or key in content.questions:
        return content
    return replace(content, questions=(*content.questions, key[:40]))


ARRANGEMENTS: dict[str, Arrange] = {
    "tip-add": _tip_added,
    "tip-up": _tip_moved(-1),
    "tip-down": _tip_moved(1),
    "tip-remove": _tip_removed,
    "question-add": _question_added,
    "question-up": _question_moved(-1),
    "question-down": _question_moved(1),
    "question-remove": _question_removed,
}


def number_of(do: str) -> int:
    """The number that a button like `tip-up:2` names; 0 where it names none."""
    which = do.partition(":")[2][:9]
    return int(which) if which.isdecimal() else 0


def _place(which: str) -> int:
    """Where in the list, from 0; -1 where the button named no place."""
    return number_of(f":{which}") - 1


def _tips(form: "MultiDict[str, str]", _name: str) -> tuple[Tip, ...]:
    boxes = {row: form.getlist(f"tip_{row.name}") for row in OF_A_TIP}
    count = min(len(typed) for row, typed in boxes.items() if not row.is_optional)
    return tuple(
        Tip(**{row.name: typed[at] for row, typed in boxes.items() if typed[at:]})
        for at in range(count)
    )


def _questions(form: "MultiDict[str, str]", _name: str) -> tuple[str, ...]:
    return tuple(form.getlist("question"))


def _typed(form: "MultiDict[str, str]", name: str) -> str:
    return form.get(name, "")


def _cleaned(content: Content) -> Content:
    """The content as the month's text has it, whatever a word processor or a script put in."""
    clean = {FieldKind.LINE: _line, FieldKind.TEXT: _text}
    cleaned = with_each(content, lambda field, text: clean[field.kind](text))
    return replace(cleaned, questions=tuple(key[:40] for key in content.questions))


def _line(text: str) -> str:
    return " ".join(_text(text).split("\n"))


def _text(text: str) -> str:
    """Replace Word's line breaks by line breaks; remove other control characters."""
    joined = text.replace("\r\n", "\n").replace("\r", "\n").translate(BREAKS)
    return "".join(
        letter
        for letter in joined
        if letter in LEFT_CONTROLS or unicodedata.category(letter) != "Cc"
    )


READERS: dict[FieldKind, Callable[["MultiDict[str, str]", str], Any]] = {
    FieldKind.LINE: _typed,
    FieldKind.TEXT: _typed,
    FieldKind.QUESTIONS: _questions,
    FieldKind.TIPS: _tips,
}
