"""Sign a link's id for one purpose, and read it back. Pure: no database, no clock.

A token is `base64url(id).base64url(HMAC-SHA256)`, as itsdangerous writes it. The id is 128 random
bits, and only the database says what it stands for; the signature keeps guesses away from the
database. Each purpose has its own salt, so that a stop link cannot be turned into a reply link.
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
    """Return `sign` with its key derived once, for many ids."""
    return _signer(keys[-1], purpose)


def token_prefix(link_id: bytes) -> str:
    """Return the part of the id's tokens before the dot."""
    return _encoded(link_id).decode()


def verify(keys: Sequence[bytes], purpose: Purpose, token: str) -> bytes:
    """Return the link id of a token signed for `purpose` with any of `keys`.

    The id is signed again and the token must be identical, because Base64 decoding ignores spare
    bits and stray characters: a link has exactly one spelling.

    Raises:
        LinkInvalid: the token is anything else.
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
    """Derive the key once instead of for each token."""
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
