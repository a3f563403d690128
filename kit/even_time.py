"""Let what may take one way or another take the same time, so that the time does not tell which."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def taking_at_least(seconds: float) -> Iterator[None]:
    """Wait at the end of the block until it has taken so long; an error passes at once."""
    ends = time.monotonic() + seconds
    yield
    time.sleep(max(0.0, ends - time.monotonic()))
