"""What can be wrong with a link. Nothing else escapes this package."""


class LinkError(Exception):
    """A link that cannot be followed."""


class LinkInvalid(LinkError):
    """Truncated, altered, signed for another purpose or with a key that is not ours."""


class LinkMissing(LinkError):
    """Properly signed, but no such link was issued, or it was purged."""


class LinkExpired(LinkError):
    """Properly signed and issued, but its month is closed."""
