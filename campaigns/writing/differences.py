"""What changed between two texts, field by field and word by word."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from campaigns.content.field_rows import Field, FieldKind
from campaigns.content.fields import OF_A_TIP, TABLE, Content, Tip
from campaigns.writing import tip_pairs

Kind = Literal["same", "gone", "new"]

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
PIECES_COMPARED = 4_000
"""Past this many words a text is compared by lines, and past as many lines not at all."""
ANOTHER_TEXT = 0.5
"""Below this likeness a text is shown as replaced, not as changed in every second word."""
LONE_WORDS = 1
NO_TIP = Tip("", "")
NO_TITLES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text that is in both, only in the old or only in the new."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, its parts in reading order: `name` is a field's of `Content`, `label` what a
    person calls the part of it that is not the same."""

    name: str
    label: str
    parts: tuple[Part, ...]


def compare(old: Content, new: Content, titles: Mapping[str, str] = NO_TITLES) -> list[Change]:
    """The fields that differ, in the order of the email; an empty list if none does.

    `titles` are those of the questions, by their keys.
    """
    return [
        Change(field.name, label, parts_of(before, after))
        for field in TABLE
        for label, before, after in _labelled(field, old, new, titles)
        if before != after
    ]


def _labelled(
    field: Field, old: Content, new: Content, titles: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """What is compared of a field: its label, what it was, and what it is."""
    before, after = getattr(old, field.name), getattr(new, field.name)
    if field.kind == FieldKind.TIPS:
        yield from _tip_fields(before, after)
    elif field.kind == FieldKind.QUESTIONS:
        asked, asks = ("\n".join(titles.get(key, key) for key in keys) for keys in (before, after))
        yield field.label, asked, asks
    else:
        yield field.label, before, after


def parts_of(old: str, new: str) -> tuple[Part, ...]:
    """The two texts as one: what is gone stands before what is new."""
    olds, news = _pieces(old, new)
    matcher = SequenceMatcher(None, olds, news)
    if max(len(olds), len(news)) > PIECES_COMPARED or matcher.ratio() < ANOTHER_TEXT:
        return tuple(_filled(Part("gone", old), Part("new", new)))
    return tuple(_joined(_parts(matcher, olds, news)))


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    """A lone word that stands between two changes is read more easily as a part of both."""
    gone = new = between = ""
    for part in parts:
        if part.kind != "same":
            gone += between + (part.text if part.kind == "gone" else "")
            new += between + (part.text if part.kind == "new" else "")
            between = ""
        elif (gone or new) and len(part.text.split()) <= LONE_WORDS:
            between = part.text
        else:
            yield from _filled(Part("gone", gone), Part("new", new), part)
            gone = new = ""
    yield from _filled(Part("gone", gone), Part("new", new), Part("same", between))


def _filled(*parts: Part) -> Iterator[Part]:
    return (part for part in parts if part.text)


def _tip_fields(old: Sequence[Tip], new: Sequence[Tip]) -> Iterator[tuple[str, str, str]]:
    """A tip that moved is not called rewritten."""
    pairs = _paired(old, new)
    for number, (before, after) in enumerate(pairs, 1):
        yield f"Tip {number}", _written(before), _written(after)
    kept_old, kept_new = [tip for tip in old if tip in new], [tip for tip in new if tip in old]
    yield "Order of the tips", _titles(kept_old), _titles(kept_new)


def _titles(tips: Sequence[Tip]) -> str:
    return "\n".join(tip.title for tip in tips)


def _paired(old: Sequence[Tip], new: Sequence[Tip]) -> list[tuple[Tip, Tip]]:
    places = tip_pairs.paired(old, new)
    pairs = [(NO_TIP if at is None else old[at], tip) for at, tip in zip(places, new, strict=True)]
    return [*pairs, *((tip, NO_TIP) for at, tip in enumerate(old) if at not in places)]


def _written(tip: Tip) -> str:
    return "\n".join(filter(None, (getattr(tip, row.name) for row in OF_A_TIP)))


def _pieces(old: str, new: str) -> tuple[list[str], list[str]]:
    words = WORDS.findall(old), WORDS.findall(new)
    if max(map(len, words)) <= PIECES_COMPARED:
        return words
    return old.splitlines(keepends=True), new.splitlines(keepends=True)


def _parts(
    matcher: "SequenceMatcher[str]", olds: Sequence[str], news: Sequence[str]
) -> Iterator[Part]:
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield Part("same", "".join(olds[a:b]))
            continue
        if b > a:
            yield Part("gone", "".join(olds[a:b]))
        if d > c:
            yield Part("new", "".join(news[c:d]))
