"""The demo's folder, ports and environment. It touches nothing else on the machine."""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kit import private_files
from kit.errors import Refused
from kit.ports import HOST, free_port, is_free

FOLDER = Path("var/demo")
LOCK = Path("var/demo.lock")
OUTSIDE = ("CHECKIN_", "AWS_")
"""Variables that could make the demo use real databases or a real AWS account."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of the three pages."""

    console: int
    portal: int
    inbox: int

    def url(self, name: str) -> str:
        return f"http://{HOST}:{getattr(self, name)}"


CUSTOMARY = Ports(console=8000, portal=8001, inbox=8002)


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """Return an empty folder for this run's databases, keys and log; delete the last run's.

    Raises:
        Refused: another demo is running in it.
    """
    private_files.make_folder(LOCK.parent)
    with LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("A demo is running in this folder already; end it first.") from None
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir()
        yield FOLDER


def customary_ports() -> Ports:
    """Return 8000, 8001 and 8002; Refused if one of them is in use."""
    for port in (CUSTOMARY.console, CUSTOMARY.portal, CUSTOMARY.inbox):
        if not is_free(port):
            raise Refused(f"Port {port} is in use; end what uses it, then start the demo again.")
    return CUSTOMARY


def free_ports() -> Ports:
    """Return three unused ports."""
    return Ports(free_port(), free_port(), free_port())


def enter_environment(folder: Path, ports: Ports, provider: Mapping[str, str]) -> None:
    """Replace this process's Check-in and AWS variables with the demo's own."""
    for name in list(os.environ):
        if name.startswith(OUTSIDE):
            del os.environ[name]
    os.environ |= {
        "CHECKIN_CAMPAIGN_DATABASE_URL": f"sqlite:///{folder / 'campaign.db'}",
        "CHECKIN_PLATFORM_DATABASE_URL": f"sqlite:///{folder / 'platform.db'}",
        "CHECKIN_CONSOLE_URL": ports.url("console"),
        "CHECKIN_PORTAL_URL": ports.url("portal"),
        "CHECKIN_LINK_KEYS_FILE": str(folder / "keys" / "links"),
        "CHECKIN_VAULT_KEYS": str(folder / "keys" / "vault"),
        "CHECKIN_SECRET_KEY_FILE": str(folder / "keys" / "console"),
        "CHECKIN_TICK": "1s",
        "NO_PROXY": HOST,
        **provider,
    }
