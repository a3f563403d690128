#!/usr/bin/env python3
"""Generate every credential of both sides, each in a file that only its process reads.

    deploy/credentials.py /etc/checkin --campaign-database HOST:PORT --platform-database HOST:PORT \
        --redis HOST:PORT

Each side has a folder with an environment file for each process, the password of its PostgreSQL
superuser, and `passwords.sql`, which gives that server verifiers instead of passwords.
`redis/users.acl` holds hashes; `redis/operator.password` is for loading it. Running this again
replaces all but the passwords of the superusers and of Redis's operator: then run
`deploy/postgres/apply` and `deploy/redis/apply`, and restart the processes.
"""

import argparse
import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

PROCESSES = {
    "campaign": {
        "console": "campaign_console",
        "worker": "campaign",
        "operator": "campaign_operator",
        "migrator": "campaign_migrator",
    },
    "platform": {
        "portal": "platform_portal",
        "worker": "platform",
        "operator": "platform_operator",
        "migrator": "platform_migrator",
    },
}
"""Each process and its PostgreSQL role. Beat has none: it only sends messages."""
DOOR = "campaign_door"
OTHER = {"campaign": "platform", "platform": "campaign"}
GO_THROUGH_THE_DOOR = {"worker", "operator"}
TALKS_TO_REDIS = {"worker", "operator", "beat"}
ITERATIONS = 4096
"""PostgreSQL's own default for SCRAM-SHA-256; a password here has 256 random bits."""
SECRET, PUBLIC = 0o600, 0o644


def main() -> None:
    """Write the folder named on the command line."""
    chosen = _arguments()
    passwords = {role: secrets.token_urlsafe(32) for role in _roles()}
    brokers = {side: secrets.token_urlsafe(32) for side in PROCESSES}
    hosts = {side: getattr(chosen, f"{side}_database") for side in PROCESSES}
    for side in PROCESSES:
        for process, text in _environments(side, hosts, passwords, chosen.redis, brokers[side]):
            _write(chosen.folder / side / f"{process}.env", text, SECRET)
        _write(chosen.folder / side / "passwords.sql", _verifiers(side, passwords), PUBLIC)
        _drawn_once(chosen.folder / side / "superuser.password")
    brokers["operator"] = _drawn_once(chosen.folder / "redis" / "operator.password")
    acl = Path(__file__).with_name("redis").joinpath("users.acl").read_text()
    digests = {user: hashlib.sha256(word.encode()).hexdigest() for user, word in brokers.items()}
    _write(chosen.folder / "redis" / "users.acl", acl.format(**digests), PUBLIC)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    for place in ("campaign-database", "platform-database", "redis"):
        parser.add_argument(f"--{place}", required=True, metavar="HOST:PORT")
    return parser.parse_args()


def _roles() -> Iterator[str]:
    for processes in PROCESSES.values():
        yield from processes.values()
    yield DOOR


def _environments(
    side: str, hosts: Mapping[str, str], passwords: Mapping[str, str], redis: str, broker: str
) -> Iterator[tuple[str, str]]:
    """Yield each process of a side and the lines of its environment file."""
    for process, role in [*PROCESSES[side].items(), ("beat", None)]:
        signed_in = f"{role}:{passwords[role]}@" if role else ""
        lines = {
            "CHECKIN_PROCESS": process,
            f"CHECKIN_{side.upper()}_DATABASE_URL": f"postgresql://{signed_in}{hosts[side]}/{side}",
            f"CHECKIN_{OTHER[side].upper()}_DATABASE_URL": "none",
        }
        known = f"{side}:{broker}@" if process in TALKS_TO_REDIS else ""
        lines["CHECKIN_BROKER_URL"] = f"redis://{known}{redis}/0"
        lines["CHECKIN_BROKER_PREFIX"] = f"{side}:"
        if side == "platform" and process in GO_THROUGH_THE_DOOR:
            door = f"postgresql://{DOOR}:{passwords[DOOR]}@{hosts['campaign']}/campaign"
            lines["CHECKIN_DOOR_DATABASE_URL"] = door
        yield process, "".join(f"{name}={value}\n" for name, value in lines.items())


def _verifiers(side: str, passwords: Mapping[str, str]) -> str:
    """Return psql variables, one for each role of the side."""
    theirs = [role for role in passwords if role.partition("_")[0] == side]
    return "".join(f"\\set {role} '{verifier(passwords[role])}'\n" for role in theirs)


def verifier(password: str) -> str:
    """Return the SCRAM-SHA-256 verifier that PostgreSQL stores (RFC 5803, keys of RFC 5802)."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    client = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    parts = [base64.b64encode(part).decode() for part in (salt, client, server)]
    return "SCRAM-SHA-256${}:{}${}:{}".format(ITERATIONS, *parts)


def _drawn_once(file: Path) -> str:
    """Return the password in a file, generated if missing; all others are changed with it."""
    if not file.exists():
        _write(file, secrets.token_urlsafe(32), SECRET)
    return file.read_text()


def _write(file: Path, text: str, mode: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=mode)
    file.write_text(text)


if __name__ == "__main__":
    main()
