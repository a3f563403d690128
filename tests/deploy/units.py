"""Read units as systemd does: drop-ins, what a service runs, and with which environment.

systemd.unit(5) says which drop-ins belong to a unit, systemd.exec(5) how `Environment=` and
`EnvironmentFile=` are read and that the files win, systemd.syntax(7) how lines go on.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SINGLE = {"User", "WorkingDirectory", "Type"}
"""Of these the last value holds; the others here are lists, which an empty value empties."""
ESCAPED = re.compile(r'\\(["\\`$])')


class FileMissing(Exception):
    """A file that a unit demands is not there; systemd does not start the unit."""


@dataclass(frozen=True)
class Unit:
    """One service: the words that it runs, and what they find in their environment.

    `state` are the folders below /var/lib that systemd makes for its user.
    """

    name: str
    user: str
    folder: str
    commands: tuple[tuple[str, ...], ...]
    environment: Mapping[str, str]
    state: tuple[str, ...]


def read(file: Path, *, root: Path = Path("/")) -> Unit:
    """One service with its drop-ins; the files it names are looked up below `root`."""
    settings = _service(file)
    return Unit(
        name=file.stem,
        user=_last(settings, "User"),
        folder=_last(settings, "WorkingDirectory"),
        commands=tuple(tuple(shlex.split(each)) for each in settings.get("ExecStart", ())),
        environment=_environment(settings, root),
        state=tuple(" ".join(settings.get("StateDirectory", ())).split()),
    )


def _environment(settings: Mapping[str, Sequence[str]], root: Path) -> dict[str, str]:
    """`Environment=` first, then the files in their order: the last one wins."""
    found = dict(
        pair.split("=", 1) for each in settings.get("Environment", ()) for pair in shlex.split(each)
    )
    for name in settings.get("EnvironmentFile", ()):
        file = root / name.removeprefix("-").lstrip("/")
        if file.exists():
            found |= variables(file.read_text())
        elif not name.startswith("-"):
            raise FileMissing(name)
    return found


def variables(text: str) -> dict[str, str]:
    """An `EnvironmentFile`: nothing is expanded; a comment has a line of its own."""
    found = {}
    for line in _logical_lines(text):
        name, equals, value = line.partition("=")
        if equals and line.lstrip()[:1] not in {"#", ";"}:
            found[name.strip()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1]
    if len(value) > 1 and value[0] == value[-1] == '"':
        return ESCAPED.sub(r"\1", value[1:-1])
    return value


def _service(file: Path) -> dict[str, list[str]]:
    """The section `[Service]` of a unit and its drop-ins, each key with its values."""
    settings: dict[str, list[str]] = {}
    for each in (file, *drop_ins(file)):
        for key, value in _assignments(each.read_text(), "Service"):
            if value == "" and key not in SINGLE:
                settings[key] = []
            else:
                settings.setdefault(key, []).append(value)
    return settings


def drop_ins(file: Path) -> list[Path]:
    """Those of `NAME.service.d` and of each prefix that ends in a dash, in their file names' order.

    Of two with one file name the one in the longer folder's name holds.
    """
    words = file.stem.split("-")
    prefixes = ["-".join(words[:count]) + "-" for count in range(1, len(words))]
    found: dict[str, Path] = {}
    for stem in (*prefixes, file.stem):
        found |= {each.name: each for each in file.parent.glob(f"{stem}{file.suffix}.d/*.conf")}
    return [found[name] for name in sorted(found)]


def _assignments(text: str, section: str) -> Iterator[tuple[str, str]]:
    current = ""
    for line in map(str.strip, _logical_lines(text)):
        if line.startswith("["):
            current = line.strip("[]")
        elif current == section and line[:1] not in {"", "#", ";"}:
            key, _, value = line.partition("=")
            yield key.strip(), value.strip()


def _logical_lines(text: str) -> list[str]:
    """A backslash at a line's end joins it with the next."""
    return text.replace("\\\n", " ").splitlines()


def _last(settings: Mapping[str, Sequence[str]], key: str) -> str:
    values = settings.get(key, ())
    return values[-1] if values else ""
