"""Serve behind reverse proxies: the visitor's address and the public path prefix."""

from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from kit import web_addresses

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask


class InFolder:
    """WSGI middleware for an application under a path prefix such as `/check-in`.

    Every URL that it builds begins with the prefix, whether the proxy passes it on or strips it.
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
    """Serve `app` under the path prefix of its public address, if it has one."""
    if folder := web_addresses.folder_of(public_address):
        app.wsgi_app = InFolder(app.wsgi_app, folder)  # type: ignore[method-assign]


def trust(app: "Flask", hops: int) -> None:
    """Take the visitor's address from `X-Forwarded-For`, to which `hops` proxies add.

    If fewer proxies add to it than `hops` says, visitors can forge the address.
    """
    behind = ProxyFix(app.wsgi_app, x_for=hops, x_proto=0, x_host=0)
    app.wsgi_app = behind  # type: ignore[method-assign]
