"""The code that opens a data session, derived from the session's number and the link keys.

It is stored nowhere: neither the database alone nor the keys alone reveal a code.
"""

import hashlib
import hmac
from collections.abc import Sequence

DIGITS = 8


def session_code(keys: Sequence[bytes], session_id: bytes) -> str:
    """Return the code of a data session, `1234 5678`, made with the newest (last) key."""
    code = _code(keys[-1], session_id)
    return f"{code[: DIGITS // 2]} {code[DIGITS // 2 :]}"


def matches(keys: Sequence[bytes], session_id: bytes, given: str) -> bool:
    """Whether this is the code of a data session under any of the keys; spaces are ignored."""
    entered = "".join(given.split()).encode()
    equal = [hmac.compare_digest(entered, _code(key, session_id).encode()) for key in keys]
    return any(equal)


def _code(key: bytes, session_id: bytes) -> str:
    mac = hmac.digest(key, b"checkin.visits.code:" + session_id, hashlib.sha256)
    return f"{int.from_bytes(mac) % 10**DIGITS:0{DIGITS}}"
