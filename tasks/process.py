"""What a worker process builds once and keeps; a forked child starts afresh."""

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from kit import settings
from kit.settings import Settings

Built = TypeVar("Built")

_caches: list[Callable[[], None]] = []


def once(build: Callable[[], Built]) -> Callable[[], Built]:
    """Call `build` when it is first asked for, once a process."""
    kept = cache(build)
    _caches.append(kept.cache_clear)
    return kept


def forget() -> None:
    """Drop whatever was built: a forked child shares no connection with its parent."""
    for clear in _caches:
        clear()


@once
def current() -> Settings:
    """This process's settings."""
    return settings.load()
