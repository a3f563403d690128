"""The waitress server of the console and the portal.

A slow or huge request occupies a socket but no thread: a thread gets only complete requests, and
requests that take too long or are too large are refused. Health checks have a thread of their own,
so that they are answered while all others wait for the database.
"""

import time
from typing import Any, Protocol

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from kit.watch import Watch

THREADS = 8
HEALTH = frozenset({"/healthz", "/readyz"})
REQUEST_SECONDS = 30
"""The longest time from a request's first byte to its last."""
IDLE_SECONDS = 60
"""Longer than the proxies in `deploy/proxy` keep an idle connection."""
CLEANUP_SECONDS = 5
CONNECTIONS_MAX = 400
"""With a file for each large body and those of the database: below Linux's limit of 1,024."""


class Server(Protocol):
    """A bound server: `run` serves until another thread calls `close`."""

    effective_port: int

    def run(self) -> None: ...

    def close(self) -> None: ...


def bind(app: Flask, *, host: str, port: int, body_max: int, watch: Watch | None = None) -> Server:
    """Return a server for `app` that runs `watch` while it serves; port 0 picks a free one.

    A body of more than `body_max` bytes is refused with 413 and not read.
    """
    server: Server = _Server(
        app,
        watch,
        host=host,
        port=port,
        ident="",
        max_request_body_size=body_max,
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=CLEANUP_SECONDS,
        connection_limit=2 * CONNECTIONS_MAX,
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=False,
    )
    return server


class _Threads(ThreadedTaskDispatcher):
    """Threads for pages, and one for health checks and for waitress's own answers."""

    def __init__(self) -> None:
        super().__init__()
        self.set_thread_count(THREADS)
        self._for_health = ThreadedTaskDispatcher()
        self._for_health.set_thread_count(1)

    def add_task(self, task: Any) -> None:
        request = task.requests[0]
        if request.error or request.path in HEALTH:
            self._for_health.add_task(task)
        else:
            super().add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        self._for_health.shutdown(cancel_pending, timeout)
        return bool(super().shutdown(cancel_pending, timeout))


class _Channel(HTTPChannel):
    """A connection that records since when it has waited for a complete request."""

    waiting_since: float | None = None

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.waiting_since = time.time()
        was_taken = bool(super().received(data))
        if self.request is None:
            self.waiting_since = None
        return was_taken

    def is_slow(self, now: float) -> bool:
        return self.waiting_since is not None and now - self.waiting_since > REQUEST_SECONDS


class _Server(TcpWSGIServer):
    channel_class = _Channel

    def __init__(self, app: Flask, watch: Watch | None, **adjustments: Any) -> None:
        self._watch = watch
        self._is_closed = False
        super().__init__(app, dispatcher=_Threads(), **adjustments)

    def run(self) -> None:
        if self._watch is None:
            self._serve()
            return
        self._watch.start()
        try:
            self._serve()
        finally:
            self._watch.stop()

    def _serve(self) -> None:
        """Serve until closed, ignoring the loop's error about a descriptor closed under it."""
        try:
            super().run()
        except OSError:
            if not self._is_closed:
                raise

    def close(self) -> None:
        self._is_closed = True
        super().close()

    def handle_accept(self) -> None:
        """When full, close the connection that has waited longest."""
        waiting = [each for each in self.active_channels.values() if not each.requests]
        if len(self.active_channels) >= CONNECTIONS_MAX and waiting:
            min(waiting, key=lambda each: each.waiting_since or each.last_activity).handle_close()
        super().handle_accept()

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        for channel in self.active_channels.values():
            if not channel.requests and channel.is_slow(now):
                channel.will_close = True
