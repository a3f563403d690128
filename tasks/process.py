"""Values that a worker process builds once; a forked child builds its own."""

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from kit import settings
from kit.settings import Settings

Built = TypeVar("Built")

_caches: list[Callable[[], None]] = []


def once(build: Callable[[], Built]) -> Callable[[], Built]:
    """Wrap `build` so that it is called once in each process, on first use."""
    kept = cache(build)
    _caches.append(kept.cache_clear)
    return kept


def start_afresh() -> None:
    """Drop all that was built: a forked child must not share its parent's connections."""
    for clear in _caches:
        clear()


@once
def current() -> Settings:
    """This process's settings."""
    return settings.load()
