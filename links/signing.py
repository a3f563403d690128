"""Sign a link's id for one purpose, and read it back. Pure: no database, no clock.

A token is `base64url(id).base64url(HMAC-SHA256)`. The id is 128 random bits and means nothing
without the row it names; the signature keeps guesses away from the database. Each purpose has its
own salt, so that one id signs to different tokens and a stop link cannot become a reply link.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import lru_cache

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.exc import BadData

from kit.ids import LINK_ID_BYTES
from links.errors import LinkInvalid

TOKEN_MAX = 200


class Purpose(StrEnum):
    """What a link may be used for."""

    REPLY = "reply"
    STOP = "stop"
    SIGN_IN = "sign-in"
    CODE = "code"
    VISIT = "visit"


def sign(keys: Sequence[bytes], purpose: Purpose, link_id: bytes) -> str:
    """The token of a link id, signed with the newest (last) of `keys`."""
    return _signer(tuple(keys), purpose).sign(base64_encode(link_id)).decode()


def signer(keys: Sequence[bytes], purpose: Purpose) -> Callable[[bytes], str]:
    """`sign` for very many ids: the key is derived and scheduled once, not once a token."""
    scheduled = hmac.new(_signer(tuple(keys), purpose).derive_key(), digestmod=hashlib.sha256)

    def sign_one(link_id: bytes) -> str:
        value = _encoded(link_id)
        mac = scheduled.copy()
        mac.update(value)
        return (value + b"." + _encoded(mac.digest())).decode()

    return sign_one


def read(keys: Sequence[bytes], purpose: Purpose, token: str) -> bytes:
    """The link id of a token signed for `purpose` with any of `keys`.

    Raises:
        LinkInvalid: for everything else, whatever is wrong with it.
    """
    if len(token) > TOKEN_MAX or not token.isascii():
        raise LinkInvalid
    try:
        link_id = base64_decode(_signer(tuple(keys), purpose).unsign(token))
    except (BadSignature, BadData):
        raise LinkInvalid from None
    if len(link_id) != LINK_ID_BYTES or not _is_canonical(token):
        raise LinkInvalid
    return link_id


def _is_canonical(token: str) -> bool:
    """Base64 decoding forgives spare bits and stray characters; one link has one spelling."""
    signature = token.rpartition(".")[2]
    return base64_encode(base64_decode(signature)).decode() == signature


def _encoded(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


@lru_cache(maxsize=32)
def _signer(keys: tuple[bytes, ...], purpose: Purpose) -> Signer:
    return Signer(
        list(keys),
        salt=f"checkin.links.{purpose}",
        key_derivation="hmac",
        digest_method=hashlib.sha256,
    )
