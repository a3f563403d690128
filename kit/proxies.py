"""Whose address a request came from, where proxies stand in between."""

from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from flask import Flask


def trust(app: "Flask", hops: int) -> None:
    """Take a visitor's address from the entry that the last `hops` proxies made.

    It is read from `X-Forwarded-For`. Where fewer proxies add to it than `hops` says, visitors
    choose the address they are counted by.
    """
    behind = ProxyFix(app.wsgi_app, x_for=hops, x_proto=0, x_host=0)
    app.wsgi_app = behind  # type: ignore[method-assign]
