"""The inbox page's web server: waitress in a thread, stopped cleanly."""

import socket
import threading
from typing import Any

import waitress
from flask import Flask

THREADS = 4


class WebServer:
    """Serves one Flask application until `stop`."""

    def __init__(self, app: Flask, *, host: str, port: int) -> None:
        listener = socket.create_server((host, port))
        self._channels: dict[int, Any] = {}
        self._server = waitress.create_server(
            app, map=self._channels, sockets=[listener], threads=THREADS, ident=None
        )
        self.host, self.port = listener.getsockname()[:2]
        self._thread = threading.Thread(target=self._server.run, name="sandbox-inbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Close every connection from the server's own thread, as waitress requires."""
        self._server.trigger.pull_trigger(self._close_all)
        self._thread.join(timeout=5)
        self._server.task_dispatcher.shutdown()

    def _close_all(self) -> None:
        for channel in list(self._channels.values()):
            channel.close()
