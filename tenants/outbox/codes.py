"""The code that opens a data session, worked out from the session's number and the link keys.

It is written down nowhere: the database alone gives none away, and neither do the keys.
"""

import hashlib
import hmac
from collections.abc import Sequence

DIGITS = 8


def written(keys: Sequence[bytes], session_id: bytes) -> str:
    """The code of a data session as people read it: `1234 5678`. The newest key is the last."""
    code = _code(keys[-1], session_id)
    return f"{code[: DIGITS // 2]} {code[DIGITS // 2 :]}"


def matches(keys: Sequence[bytes], session_id: bytes, given: str) -> bool:
    """Whether this is the code of a data session, by any of the keys; spaces do not count."""
    entered = "".join(given.split()).encode()
    equal = [hmac.compare_digest(entered, _code(key, session_id).encode()) for key in keys]
    return any(equal)


def _code(key: bytes, session_id: bytes) -> str:
    mac = hmac.digest(key, b"checkin.visits.code:" + session_id, hashlib.sha256)
    return f"{int.from_bytes(mac) % 10**DIGITS:0{DIGITS}}"
