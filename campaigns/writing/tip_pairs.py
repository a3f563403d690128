"""Match the tips of two texts: tips have no names, and they may move."""

from collections.abc import Callable, Sequence

from campaigns.content.fields import Tip

ALIKE: tuple[Callable[[Tip, Tip], bool], ...] = (
    lambda old, new: old == new,
    lambda old, new: old.body == new.body != "",
    lambda old, new: old.title == new.title != "",
)


def alike(old: Sequence[Tip], new: Sequence[Tip]) -> list[int | None]:
    """For each new tip the place of the old one with its words, title or text; None without."""
    free, found = dict(enumerate(old)), dict[int, int]()
    for is_same in ALIKE:
        for at, tip in enumerate(new):
            place = next((each for each, before in free.items() if is_same(before, tip)), None)
            if at not in found and place is not None:
                found[at] = place
                del free[place]
    return [found.get(at) for at in range(len(new))]


def paired(old: Sequence[Tip], new: Sequence[Tip]) -> list[int | None]:
    """As `alike`; what is left on both sides is taken as rewritten, in its order."""
    found = alike(old, new)
    left = iter([place for place in range(len(old)) if place not in found])
    return [next(left, None) if place is None else place for place in found]
