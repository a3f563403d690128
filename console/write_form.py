"""Read the editor's form into content, and rearrange it by its buttons without a script."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from campaigns.content.fields import Content, Tip
from campaigns.writing import starters

Item = TypeVar("Item")
Arrange = Callable[[Content, str], Content]

KEPT_CONTROLS = {"\n", "\t"}
BREAKS = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\u2028": "\n", "\u2029": "\n", "\x85": "\n"})
EMPTY = Tip("", "")


def read(form: "MultiDict[str, str]") -> Content:
    """Return the content as typed, without invisible characters pasted from word processors."""
    return Content(
        subject=_line(form.get("subject", "")),
        preheader=_line(form.get("preheader", "")),
        questions=tuple(key[:40] for key in form.getlist("question")),
        opening=_text(form.get("opening", "")),
        tips=_tips(form.getlist("tip_title"), form.getlist("tip_body")),
        closing=_text(form.get("closing", "")),
    )


def base_of(form: "MultiDict[str, str]") -> int:
    """Return the version that the text was based on; 0 if none is given."""
    return form.get("base", 0, type=int)


def rearranged(
    content: Content, do: str, form: "MultiDict[str, str]"
) -> tuple[Content, str] | None:
    """Return the content after a button like `tip-up:2`, and the part of the page to go to.

    None if `do` is not such a button. A position that does not exist changes nothing.
    """
    what, _, which = do.partition(":")
    if what == "tip-insert":
        tip = starters.find(form.get("starter", "")).tip
        return replace(content, tips=(*content.tips, tip)), f"tip-{len(content.tips) + 1}"
    if what == "question-add":
        which = form.get("another", "")
    arrange = ARRANGEMENTS.get(what)
    if arrange is None:
        return None
    changed = arrange(content, which)
    return changed, _anchor(what, which, changed)


def _anchor(what: str, which: str, content: Content) -> str:
    if what.startswith("question"):
        return "questions"
    step = {"tip-up": -1, "tip-down": 1}.get(what, 0)
    if what == "tip-add":
        return f"tip-{len(content.tips)}"
    at = (int(which) if which.isdecimal() else 1) + step
    return f"tip-{min(max(at, 1), len(content.tips))}" if content.tips else "tips"


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
    return replace(content, tips=(*content.tips, EMPTY))


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


def _place(which: str) -> int:
    """Return the index in the list; -1 if the button named none."""
    return int(which) - 1 if which.isdecimal() else -1


def _tips(titles: Sequence[str], bodies: Sequence[str]) -> tuple[Tip, ...]:
    return tuple(
        Tip(_line(title), _text(body)) for title, body in zip(titles, bodies, strict=False)
    )


def _line(text: str) -> str:
    return " ".join(_text(text).split("\n")).strip()


def _text(text: str) -> str:
    """Replace Word's line breaks by line breaks; remove other control characters."""
    joined = text.replace("\r\n", "\n").replace("\r", "\n").translate(BREAKS)
    return "".join(
        letter
        for letter in joined
        if letter in KEPT_CONTROLS or unicodedata.category(letter) != "Cc"
    )
