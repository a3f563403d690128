"""S3 for the bucket of received email: an object may be deleted, and is never given out."""

from sandbox.http import Request, Response
from sandbox.receiving import Receiving

NO_CONTENT, FORBIDDEN = 204, 403
DENIED = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"


def answer(receiving: Receiving, request: Request) -> Response:
    """DeleteObject is done; all else is denied, as the shipped roles have it."""
    if request.method != "DELETE":
        return Response(FORBIDDEN, DENIED, content_type="application/xml")
    receiving.delete("/".join(request.segments[1:]))
    return Response(NO_CONTENT, b"")
