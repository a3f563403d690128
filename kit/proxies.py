"""What proxies in front change: whose address a request came from, and the folder it is in."""

from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from kit import web_addresses

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask


class InFolder:
    """Serves an application whose public address ends with a folder, `/check-in`.

    Every address it makes begins with the folder, whether the proxy in front passes the folder on
    or takes it off.
    """

    def __init__(self, application: "WSGIApplication", folder: str) -> None:
        self._application = application
        self._folder = folder

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        path = str(environ.get("PATH_INFO", ""))
        if path == self._folder or path.startswith(f"{self._folder}/"):
            environ["PATH_INFO"] = path.removeprefix(self._folder)
        environ["SCRIPT_NAME"] = self._folder
        return self._application(environ, start_response)


def serve_in_folder(app: "Flask", public_address: str) -> None:
    """Let every address that `app` makes begin with the folder of its public address, if any."""
    if folder := web_addresses.folder_of(public_address):
        app.wsgi_app = InFolder(app.wsgi_app, folder)  # type: ignore[method-assign]


def trust(app: "Flask", hops: int) -> None:
    """Take a visitor's address from the entry that the last `hops` proxies made.

    It is read from `X-Forwarded-For`. Where fewer proxies add to it than `hops` says, visitors
    choose the address they are counted by.
    """
    behind = ProxyFix(app.wsgi_app, x_for=hops, x_proto=0, x_host=0)
    app.wsgi_app = behind  # type: ignore[method-assign]
