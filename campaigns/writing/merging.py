"""Merge what two people made of one text, field by field and sentence by sentence.

Only where both changed the same sentence, each in another way, somebody has to choose.
"""

import re
from collections.abc import Container, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, TypeVar

from campaigns.content.field_rows import FieldKind
from campaigns.content.fields import OF_A_TIP, TABLE, Content, Tip
from campaigns.content.findings import field_label
from campaigns.writing import tip_pairs

Key = TypeVar("Key", bound=Hashable)

NO_TIP = Tip("", "")
FIELD_NAMES = [field.name for field in TABLE]
PIECES = re.compile(r"\s+|[^\s.!?…][^.!?…\n]*[.!?…]*|[.!?…]+")
"""A sentence, or the space between two."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that both changed in the same place. `field` is named as `Finding.field` is."""

    field: str
    base: str
    mine: str
    theirs: str

    @property
    def label(self) -> str:
        return field_label(self.field)


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged text; where there is a conflict, `content` has their words."""

    content: Content
    conflicts: tuple[Conflict, ...]

    def with_mine(self) -> Content:
        """The merged text with my words wherever there is a conflict."""
        content = self.content
        for conflict in self.conflicts:
            content = with_field(content, conflict.field, conflict.mine)
        return content


def merge(base: Content, mine: Content, theirs: Content) -> Merged:
    """Merge both sides' changes to `base`."""
    if base == theirs or mine == theirs:
        return Merged(mine, ())
    merged: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    for field in TABLE:
        sides = [getattr(text, field.name) for text in (base, mine, theirs)]
        if field.kind == FieldKind.QUESTIONS:
            merged[field.name] = tuple(_ordered(*sides))
        elif field.kind == FieldKind.TIPS:
            merged[field.name] = _merged_tips(sides, conflicts)
        else:
            merged[field.name] = _merged_field(field.name, sides, conflicts)
    return Merged(replace(mine, **merged), tuple(conflicts))


def with_field(content: Content, field: str, text: str) -> Content:
    """The content with other words in one field of text, named like `tips.1.title`."""
    if not field.startswith("tips."):
        changed: dict[str, Any] = {field: text}
        return replace(content, **changed)
    _, number, part = field.split(".")
    tips = list(content.tips)
    tips[int(number) - 1] = replace(tips[int(number) - 1], **{part: text})
    return replace(content, tips=tuple(tips))


def merged_text(base: str, mine: str, theirs: str) -> str | None:
    """Merge one text; None if both changed the same sentence differently."""
    pieces = [PIECES.findall(text) for text in (base, mine, theirs)]
    merged: list[str] = []
    for gap, common in _gaps(*pieces):
        chosen = _chosen(*gap)
        if chosen is None:
            return None
        merged.extend((*chosen, *common))
    return "".join(merged)


def changed_fields(old: Content, new: Content) -> list[str]:
    """The names of `Content`'s fields that differ."""
    return [name for name in FIELD_NAMES if getattr(old, name) != getattr(new, name)]


def _merged_field(field: str, sides: Sequence[str], conflicts: list[Conflict]) -> str:
    base, mine, theirs = sides
    merged = merged_text(base, mine, theirs)
    if merged is not None:
        return merged
    conflicts.append(Conflict(field, base, mine, theirs))
    return theirs


def _gaps(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[tuple[Sequence[str], Sequence[str], Sequence[str]], Sequence[str]]]:
    """The three texts between two pieces that all have, each with the piece after it."""
    in_mine, in_theirs = _places(base, mine), _places(base, theirs)
    common = sorted(in_mine.keys() & in_theirs.keys())
    ends = [*((at, in_mine[at], in_theirs[at]) for at in common)]
    ends.append((len(base), len(mine), len(theirs)))
    a = b = c = 0
    for x, y, z in ends:
        yield (base[a:x], mine[b:y], theirs[c:z]), base[x : x + 1]
        a, b, c = x + 1, y + 1, z + 1


def _places(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Where each piece of `old` that is still there stands in `new`."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}


def _chosen(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Sequence[str] | None:
    if base == theirs or mine == theirs:
        return mine
    return theirs if base == mine else None


def _ordered(
    base: Sequence[Key], mine: Sequence[Key], theirs: Sequence[Key], edited: Container[Key] = ()
) -> list[Key]:
    """The keys in an order that has both sides' additions and neither's removals.

    What one side `edited` stays although the other removed it.
    """
    kept = [each for each in base if each in mine and each in theirs]
    is_moved_by_me = [each for each in mine if each in kept] != kept
    lead, other = (mine, theirs) if is_moved_by_me else (theirs, mine)
    order = list(lead)
    for before, each in zip((None, *other), other, strict=False):
        if each not in order:
            order.insert(0 if before is None else order.index(before) + 1, each)
    return [each for each in order if each not in base or each in kept or each in edited]


def _merged_tips(three: Sequence[Sequence[Tip]], conflicts: list[Conflict]) -> tuple[Tip, ...]:
    base, mine, theirs = three
    olds = {f"base {at}": tip for at, tip in enumerate(base)}
    my_tips = _keyed(olds, {}, mine, "mine")
    added = {key: tip for key, tip in my_tips.items() if key not in olds}
    their_tips = _keyed(olds, added, theirs, "theirs")
    sides = (my_tips, their_tips)
    edited = {key for key in olds for side in sides if side.get(key, olds[key]) != olds[key]}
    order = _ordered(list(olds), list(my_tips), list(their_tips), edited)
    return tuple(
        _merged_tip(number, olds.get(key), my_tips.get(key), their_tips.get(key), conflicts)
        for number, key in enumerate(order, 1)
    )


def _keyed(
    olds: Mapping[str, Tip], added: Mapping[str, Tip], tips: Sequence[Tip], side: str
) -> dict[str, Tip]:
    """The tips, in their order, by a name that tells which of the others each one is."""
    names, others = list(olds), list(added)
    keys = [None if at is None else names[at] for at in tip_pairs.paired(list(olds.values()), tips)]
    new = [at for at, key in enumerate(keys) if key is None]
    for at, place in zip(
        new, tip_pairs.alike(list(added.values()), [tips[at] for at in new]), strict=True
    ):
        keys[at] = f"{side} {at}" if place is None else others[place]
    return {str(key): tip for key, tip in zip(keys, tips, strict=True)}


def _merged_tip(
    number: int, base: Tip | None, mine: Tip | None, theirs: Tip | None, conflicts: list[Conflict]
) -> Tip:
    if mine is None or theirs is None:
        return mine or theirs or NO_TIP
    sides = (base or NO_TIP, mine, theirs)
    parts = {
        row.name: _merged_field(
            f"tips.{number}.{row.name}", [getattr(tip, row.name) for tip in sides], conflicts
        )
        for row in OF_A_TIP
    }
    return Tip(**parts)
