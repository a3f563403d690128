"""A small threaded HTTP server: one thread a connection, keep-alive, no Nagle delay.

The standard library's handler spends more time parsing headers than SES's work takes here.
"""

import contextlib
import socket
import threading
from collections.abc import Callable

from kit.log import get_logger
from sandbox.http import BadHttp, Request, Response, read_request

log = get_logger(__name__)

BACKLOG = 128

Handler = Callable[[Request], Response]


class HttpServer:
    """Answers every request with `handle`, in threads, until `stop`."""

    def __init__(self, handle: Handler, *, host: str, port: int) -> None:
        self._handle = handle
        self._listener = socket.create_server((host, port), backlog=BACKLOG)
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._stopping = False
        self.host, self.port = self._listener.getsockname()[:2]
        self._thread = threading.Thread(target=self._accept, name="sandbox-accept", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Close the listener and every connection; requests under way lose their answer."""
        self._stopping = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=5)
        with self._lock:
            open_now = list(self._connections)
        for connection in open_now:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._stopping:
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._connections.add(connection)
            threading.Thread(
                target=self._serve, args=(connection,), name="sandbox-connection", daemon=True
            ).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError):
                self._converse(connection)
        finally:
            with self._lock:
                self._connections.discard(connection)
            connection.close()

    def _converse(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as incoming, connection.makefile("wb") as outgoing:
            while not self._stopping:
                try:
                    request = read_request(incoming, outgoing)
                    if request is None:
                        return
                    response = self._handle(request)
                except BadHttp as error:
                    connection.sendall(Response(400, str(error).encode()).wire())
                    return
                connection.sendall(response.wire())
                if request.headers.get("connection", "").lower() == "close":
                    return
