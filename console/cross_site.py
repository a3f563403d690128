"""Refuse forms that another site posts, before anything else looks at them.

Such a post comes without the session's cookie, which is `SameSite=Lax`. Handled like any other, it
would sign the person out with the answer's own cookie, and show what the other site wrote in the
console's page. Browsers say where a request comes from: by `Sec-Fetch-Site` (W3C Fetch Metadata),
older ones by `Origin` (RFC 6454).
"""

from urllib.parse import urlsplit

from flask import Flask, Response, request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({"same-origin", "none"})
REFUSED = "This form was sent from another site. Open the console and fill it in there.\n"


def install(app: Flask, console_url: str) -> None:
    """Answer every post from another site with 403, without a page and without a cookie."""
    known = _origin(console_url)

    @app.before_request
    def refuse() -> Response | None:
        if request.method in SAFE_METHODS or _is_ours(known):
            return None
        return Response(REFUSED, status=403, mimetype="text/plain")


def _is_ours(known: str) -> bool:
    fetched_from, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if fetched_from is not None:
        return fetched_from in OURS
    return origin is None or origin in {known, _origin(request.host_url)}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
