"""How far the campaign database's counter ever got, remembered outside the database.

A database that is restored from a backup forgets what was sent since, and what SES said of it;
`campaigns.sending.restore_detection` tells it by this number. Losing the number stops nothing: the
next claim and the next poll write it again.
"""

from contextlib import suppress

from redis import Redis

from kit.anchors import Anchor, AnchorMoved, Held, RedisAnchor

KEY = "checkin:high-water-mark"


class HighWaterMark:
    """One number that only ever rises, kept in an anchor. What is no number counts as lost.

    Raises:
        Refused: the anchor cannot be read or written.
    """

    def __init__(self, anchor: Anchor) -> None:
        self._anchor = anchor

    def read(self) -> int:
        """The highest number ever given; 0 where nothing is remembered."""
        return _number(self._anchor.read())

    def raise_to(self, number: int) -> None:
        """Remember a number unless a higher one is remembered already.

        Whoever wrote meanwhile wrote a higher number than was read, so this ends.
        """
        while _number(held := self._anchor.read()) < number:
            with suppress(AnchorMoved):
                self._anchor.write(str(number), over=held)


def in_redis(redis: Redis, *, prefix: str = "") -> HighWaterMark:
    """The mark that workers on many machines share."""
    return HighWaterMark(RedisAnchor(redis, f"{prefix}{KEY}"))


def _number(held: Held) -> int:
    return int(held.text) if held.text.isdecimal() else 0
