"""Sign what a webhook is sent, as the Standard Webhooks specification 1.0 says.

Every secret in the file signs, so that a new one can be put first, given to the receiver, and the
old one taken out, without a call that cannot be checked.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from kit import private_files
from kit.errors import Refused

PREFIX = "whsec_"
BYTES = 32


def add_secret(file: Path) -> str:
    """Put a new secret first in a file, which is made if need be; returns it."""
    older = file.read_text("ascii") if file.exists() else ""
    added = PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()
    private_files.make_folder(file.parent)
    fresh = file.with_suffix(".new")
    private_files.make_file(fresh)
    fresh.write_text(f"{added}\n{older}", "ascii")
    fresh.replace(file)
    return added


def load(file: Path) -> list[bytes]:
    """The secrets of a file, one a line, the newest first.

    Raises:
        Refused: the file is not there, is empty, or a line is no secret.
    """
    try:
        lines = file.read_text("ascii").split()
        found = [base64.b64decode(line.removeprefix(PREFIX), validate=True) for line in lines]
    except (OSError, ValueError) as error:
        raise Refused(f"The webhook's secrets in {file} cannot be read.") from error
    if not found or min(map(len, found)) < BYTES:
        raise Refused(f"{file} holds no webhook secret; `checkin api webhook-secret` makes one.")
    return found


def headers(keys: Sequence[bytes], name: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """The headers that name a message, its time, and one signature for each key."""
    moment = str(int(now.timestamp()))
    signed = f"{name}.{moment}.".encode() + body
    signatures = (hmac.digest(key, signed, hashlib.sha256) for key in keys)
    return {
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(
            f"v1,{base64.b64encode(each).decode()}" for each in signatures
        ),
    }
