"""The subset of HTTP/1.1 that boto3 uses, with keep-alive."""

import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit

MAX_LINE = 64 * 1024
MAX_HEADERS = 100
MAX_BODY = 64 * 1024 * 1024
JSON = "application/json"


class BadHttp(Exception):
    """The bytes are not an HTTP request this server reads."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are lower case, `path` has no query."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def segments(self) -> list[str]:
        return [unquote(part) for part in self.path.strip("/").split("/")]

    @property
    def query(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.target).query).items()}


@dataclass(frozen=True, slots=True)
class Response:
    """One answer."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = JSON

    def wire(self) -> bytes:
        """The answer's bytes."""
        lines = [
            f"HTTP/1.1 {self.status} {_phrase(self.status)}",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(self.body)}",
        ]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body


def request_id() -> str:
    return str(uuid.uuid4())


def read_request(stream: BinaryIO, continued: BinaryIO | None = None) -> Request | None:
    """Read one request; None when the client has closed the connection.

    `continued` is where `100 Continue` goes when the client waits for it.

    Raises:
        BadHttp: the bytes are not HTTP, or too many.
    """
    line = stream.readline(MAX_LINE)
    if not line:
        return None
    try:
        method, target, _version = line.decode("latin-1").split()
    except ValueError:
        raise BadHttp("the request line is malformed") from None
    headers = _read_headers(stream)
    if continued is not None and headers.get("expect", "").lower() == "100-continue":
        continued.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        continued.flush()
    return Request(method, target, headers, _read_body(stream, headers))


def _read_headers(stream: BinaryIO) -> dict[str, str]:
    headers: dict[str, str] = {}
    for _ in range(MAX_HEADERS):
        line = stream.readline(MAX_LINE)
        if line in {b"\r\n", b"\n", b""}:
            return headers
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    raise BadHttp("there are too many headers")


def _read_body(stream: BinaryIO, headers: dict[str, str]) -> bytes:
    if "transfer-encoding" in headers:
        raise BadHttp("send a Content-Length, not a Transfer-Encoding")
    try:
        length = int(headers.get("content-length", "0"))
    except ValueError:
        raise BadHttp("Content-Length is not a number") from None
    if not 0 <= length <= MAX_BODY:
        raise BadHttp(f"the body is larger than {MAX_BODY} bytes")
    body = stream.read(length)
    if len(body) < length:
        raise BadHttp("the body ended early")
    return body


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Status"
