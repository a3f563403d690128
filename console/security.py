"""Security headers of every response, and URLs of static files that change with their content.

No page has inline script or style, so the policy allows none. `strict-origin` keeps paths, and so
tokens, out of the Referer, and still lets the CSRF protection see the origin.
"""

import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for

from kit.settings import Settings

STATIC = Path(__file__).parent / "static"
A_YEAR = 365 * 24 * 3600

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
MAIL_POLICY = "; ".join(
    (
        "sandbox",
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
FRAMED_POLICY = "sandbox; default-src 'none'; style-src 'self'; frame-ancestors 'self'"
FOR_FRAMES = "cross-origin"
"""A sandboxed frame has an origin of its own, and the page in it needs the style sheet."""
HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "Cache-Control": "no-store",
}


def install(app: Flask, settings: Settings) -> None:
    """Add the headers to every response and `asset()` to every template."""
    is_https = settings.console_url.startswith("https://")
    fingerprints = {file.name: _fingerprint(file) for file in STATIC.iterdir()}

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if is_https:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
        if request.endpoint == "static":
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
            response.headers["Cross-Origin-Resource-Policy"] = FOR_FRAMES
        return response

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=fingerprints[name])

    app.jinja_env.globals["asset"] = asset


def as_mail(response: Response) -> Response:
    """Make a response fit for a frame that shows a mail: its styles, no script, no network."""
    return _framed(response, MAIL_POLICY)


def as_draft(response: Response) -> Response:
    """Show a response as a mail that the page around it may scroll and put new words into."""
    return _framed(response, MAIL_POLICY.replace("sandbox;", "sandbox allow-same-origin;"))


def as_framed(response: Response) -> Response:
    """Allow one of the console's own pages in such a frame, without script."""
    return _framed(response, FRAMED_POLICY)


def _framed(response: Response, policy: str) -> Response:
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _fingerprint(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
