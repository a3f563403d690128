"""Sign a link's id for one purpose, and read it back. Pure: no database, no clock.

A token is `base64url(id).base64url(HMAC-SHA256)`, as itsdangerous writes it. The id is 128 random
bits and means nothing without the row it names; the signature keeps guesses away from the database.
Each purpose has its own salt, so that one id signs to different tokens and a stop link cannot
become a reply link.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import lru_cache

from itsdangerous import Signer

from kit.ids import LINK_ID_BYTES
from links.errors import LinkInvalid

ID_CHARACTERS = len(urlsafe_b64encode(bytes(LINK_ID_BYTES)).rstrip(b"="))


class Purpose(StrEnum):
    """What a link may be used for."""

    REPLY = "reply"
    STOP = "stop"
    SIGN_IN = "sign-in"
    CODE = "code"
    VISIT = "visit"
    UNDO = "undo"


def sign(keys: Sequence[bytes], purpose: Purpose, link_id: bytes) -> str:
    """The token of a link id, signed with the newest (last) of `keys`."""
    return _signer(keys[-1], purpose)(link_id)


def signer(keys: Sequence[bytes], purpose: Purpose) -> Callable[[bytes], str]:
    """`sign` for very many ids."""
    return _signer(keys[-1], purpose)


def spelled(link_id: bytes) -> str:
    """A link id as every token of it begins, up to the dot."""
    return _encoded(link_id).decode()


def read(keys: Sequence[bytes], purpose: Purpose, token: str) -> bytes:
    """The link id of a token signed for `purpose` with any of `keys`.

    Its id is signed anew, and the two must be equal to the letter: decoding alone forgives spare
    bits and stray characters, and one link has one spelling.

    Raises:
        LinkInvalid: for everything else, whatever is wrong with it.
    """
    try:
        link_id = urlsafe_b64decode(token[:ID_CHARACTERS] + "==")
    except ValueError:
        raise LinkInvalid from None
    given = token.encode(errors="replace")
    for key in reversed(keys):
        if hmac.compare_digest(_signer(key, purpose)(link_id).encode(), given):
            return link_id
    raise LinkInvalid


@lru_cache(maxsize=128)
def _signer(key: bytes, purpose: Purpose) -> Callable[[bytes], str]:
    """The key is derived and scheduled once, not once a token."""
    scheduled = hmac.new(_derived(key, purpose), digestmod=hashlib.sha256)

    def sign_one(link_id: bytes) -> str:
        value = _encoded(link_id)
        mac = scheduled.copy()
        mac.update(value)
        return (value + b"." + _encoded(mac.digest())).decode()

    return sign_one


def _derived(key: bytes, purpose: Purpose) -> bytes:
    salt = f"checkin.links.{purpose}"
    its = Signer(key, salt=salt, key_derivation="hmac", digest_method=hashlib.sha256)
    return its.derive_key()


def _encoded(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")
