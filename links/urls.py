"""A link's token as the last part of a URL, for Werkzeug's routing."""

from werkzeug.routing import BaseConverter, Map

from links import healing


class TokenConverter(BaseConverter):
    """`<token:NAME>`: the token found in the rest of the path, or the rest itself."""

    regex = r"[^/](?s:.*)"
    part_isolating = False

    def to_python(self, value: str) -> str:
        return healing.token_in(value)


def register(urls: Map) -> None:
    """Make `<token:NAME>` available in an application's rules."""
    urls.converters["token"] = TokenConverter
