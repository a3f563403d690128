"""Read a compose file as Docker Compose does: what each service runs, and with which environment.

Below https://docs.docker.com/compose/, how-tos/environment-variables/envvars-precedence/ says which
value of a variable wins, and reference/compose-file/interpolation/ how `${VARIABLE}` is replaced.
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PLACEHOLDER = re.compile(
    r"\$(?:(?P<dollar>\$)|(?P<bare>\w+)|\{(?P<name>\w+)(?:(?P<mark>:?[-?+])(?P<word>[^}]*))?\})"
)
ASSIGNMENT = re.compile(r"\s*(?:export\s+)?(?P<name>[\w.]+)\s*(?:=\s*(?P<value>.*))?$")
QUOTED = re.compile(r"""(?P<quote>["'])(?P<text>.*?)(?<!\\)(?P=quote)\s*(?:#.*)?$""")
COMMENT = re.compile(r"(?:^|\s)#.*")


class VariableMissing(Exception):
    """A variable that the file demands (`${NAME:?why}`) is not set."""


@dataclass(frozen=True)
class Service:
    """One service: the words that run in its container, and what they find there."""

    name: str
    image: str
    user: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    health: tuple[str, ...]
    scale: int
    secrets: Mapping[str, Path]
    mounts: Mapping[str, str]
    profiles: tuple[str, ...]


def read(
    file: Path, *, shell: Mapping[str, str], images: Mapping[str, "Image"] | None = None
) -> dict[str, Service]:
    """The services by name; `shell` is the environment that `docker compose` itself has."""
    document = interpolated(yaml.safe_load(file.read_text()), shell)
    secrets = {name: Path(each["file"]) for name, each in document.get("secrets", {}).items()}
    reader = _Reader(file.parent, shell, secrets, images or {})
    return {name: reader.service(name, each) for name, each in document["services"].items()}


@dataclass(frozen=True)
class Image:
    """What an image brings along: a service's own command and environment go before it."""

    entrypoint: tuple[str, ...] = ()
    environment: Mapping[str, str] | None = None


@dataclass(frozen=True)
class _Reader:
    folder: Path
    shell: Mapping[str, str]
    secrets: Mapping[str, Path]
    images: Mapping[str, Image]

    def service(self, name: str, written: Mapping[str, Any]) -> Service:
        image = self.images.get(written["image"], Image())
        entrypoint = _words(written["entrypoint"]) if "entrypoint" in written else image.entrypoint
        return Service(
            name=name,
            image=written["image"],
            user=str(written.get("user", "")),
            command=(*entrypoint, *_words(written.get("command", ()))),
            environment=self._environment(written, image),
            health=_health(written.get("healthcheck", {}).get("test", ())),
            scale=written.get("scale", 1),
            secrets={
                f"/run/secrets/{each}": self.secrets[each] for each in written.get("secrets", ())
            },
            mounts=dict(reversed(each.split(":")[:2]) for each in written.get("volumes", ())),
            profiles=tuple(written.get("profiles", ())),
        )

    def _environment(self, written: Mapping[str, Any], image: Image) -> dict[str, str]:
        """The image's, then each file's in their order, then `environment`: the last one wins."""
        found = dict(image.environment or {})
        for file in _listed(written.get("env_file", ())):
            found |= variables(self.folder.joinpath(file).read_text(), self.shell)
        for name, value in _pairs(written.get("environment", {})).items():
            given = self.shell.get(name) if value is None else value
            if given is not None:
                found[name] = given
        return found


def interpolated(node: Any, shell: Mapping[str, str]) -> Any:
    """The document with each value's placeholders replaced; keys stay as they are."""
    if isinstance(node, dict):
        return {name: interpolated(value, shell) for name, value in node.items()}
    if isinstance(node, list):
        return [interpolated(value, shell) for value in node]
    return substituted(node, shell) if isinstance(node, str) else node


def substituted(text: str, shell: Mapping[str, str]) -> str:
    """`$NAME`, `${NAME:-default}`, `${NAME:?why}` and `${NAME:+other}`; `$$` is a dollar."""
    return PLACEHOLDER.sub(lambda found: _value(found, shell), text)


def _value(found: re.Match[str], shell: Mapping[str, str]) -> str:
    if found["dollar"]:
        return "$"
    name, mark, word = found["bare"] or found["name"], found["mark"] or "", found["word"] or ""
    value = shell.get(name)
    is_given = value is not None and (value != "" or not mark.startswith(":"))
    if mark.endswith("+"):
        return word if is_given else ""
    if not is_given and mark.endswith("?"):
        raise VariableMissing(f"{name}: {word}")
    return value if is_given and value is not None else word


def variables(text: str, shell: Mapping[str, str]) -> dict[str, str]:
    """An `env_file`: a later line wins; what is in single quotes is taken as it stands."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = None if line.lstrip().startswith("#") else ASSIGNMENT.match(line)
        if match and match["value"] is not None:
            found[match["name"]] = _unquoted(match["value"], {**found, **shell})
        elif match and match["name"] in shell:
            found[match["name"]] = shell[match["name"]]
    return found


def _unquoted(value: str, shell: Mapping[str, str]) -> str:
    quoted = QUOTED.match(value)
    if quoted is None:
        return substituted(COMMENT.sub("", value).strip(), shell)
    if quoted["quote"] == "'":
        return quoted["text"]
    return substituted(quoted["text"].replace('\\"', '"').replace("\\n", "\n"), shell)


def _listed(given: Any) -> list[str]:
    """`env_file` is one path, a list of paths, or a list of mappings with a path."""
    files = [given] if isinstance(given, str) else given
    return [each["path"] if isinstance(each, dict) else each for each in files]


def _pairs(given: Any) -> dict[str, str | None]:
    """`environment` is a mapping, or a list of `NAME=value` and of bare names."""
    if isinstance(given, list):
        split = (each.partition("=") for each in given)
        return {name: value if equals else None for name, equals, value in split}
    return {name: None if value is None else _scalar(value) for name, value in given.items()}


def _scalar(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _words(given: Any) -> tuple[str, ...]:
    return tuple(shlex.split(given) if isinstance(given, str) else map(str, given or ()))


def _health(test: Any) -> tuple[str, ...]:
    """The words of a health check, without a shell of their own unless it asks for one."""
    if isinstance(test, str):
        return "sh", "-c", test
    kind, *words = test or ["NONE"]
    return {"CMD": tuple(words), "CMD-SHELL": ("sh", "-c", *words), "NONE": ()}[kind]
