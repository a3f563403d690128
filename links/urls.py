"""A link's token as the last part of an address that Werkzeug routes."""

from werkzeug.routing import BaseConverter, Map

from links import healing


class TokenConverter(BaseConverter):
    """`<token:NAME>`: the rest of the path, or the token in it where there is one."""

    regex = r"[^/](?s:.*)"
    part_isolating = False

    def to_python(self, value: str) -> str:
        return healing.token_in(value)


def register(urls: Map) -> None:
    """Let the rules of an application take such a token."""
    urls.converters["token"] = TokenConverter
