"""The headers of every response of the portal, and its line in the log."""

from flask import Flask, Response, request

from kit.log import get_logger
from portal import going_back

STYLESHEET_LIFE = 7 * 24 * 3600

PRIVATE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SHARED = {"Cache-Control": f"public, max-age={STYLESHEET_LIFE}"}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=63072000"}

log = get_logger(__name__)


def register(app: Flask, *, is_https: bool) -> None:
    """Add the headers to every response of `app`, and log each request by its route."""
    always = PRIVATE | (HTTPS_ONLY if is_https else {})
    page, file = list(always.items()), always | SHARED

    def finish(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code < 400:
            response.headers.update(file)
        else:
            response.headers.extend(page)
            response.headers.update(going_back.headers(response))
        log.info("request", method=request.method, route=route(), status=response.status_code)
        return response

    app.after_request(finish)


def route() -> str:
    """Return the pattern of the requested route, never the path, which contains the token."""
    return request.url_rule.rule if request.url_rule else "unknown"
