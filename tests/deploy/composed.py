"""Both sides as `deploy/compose.yaml` starts them, each service with what the file gives it."""

import json
import shlex
import socket
from pathlib import Path

import psycopg

from tests.chaos.processes import ROOT
from tests.deploy import compose
from tests.deploy.compose import Image, Service
from tests.deploy.machine import SIDES, SYSTEM, Machine, own
from tests.deploy.replacements import Replacements
from tests.deploy.running import Process, Runner, run
from tests.deploy.sides import DEPLOY

FILE = DEPLOY / "compose.yaml"
ONCE = ("-roles", "-migrate", "-grants")
"""What the services that end are called."""
POSTGRES = 999
"""The user `postgres` of the PostgreSQL image."""
SITES = {"console": 8000, "portal": 8001}
BASE = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"}
"""What every container has by itself."""


class Composed:
    """Both sides, once each container's paths, hosts and ports are replaced by this machine's."""

    name = "compose"

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.replaced: dict[str, str] = {}
        for side in SIDES:
            settings = machine.credentials / side / "settings.env"
            settings.write_text(machine.settings(side))
            own(machine.credentials / side / "superuser.password", POSTGRES)

    def make_roles(self, side: str) -> None:
        run(self._process(self._services()[f"{side}-roles"]))

    def migrate(self, side: str) -> None:
        for step in ("migrate", "grants"):
            run(self._process(self._services()[f"{side}-{step}"]))

    def restore(self, side: str, backup: Path) -> None:
        """An empty database, what the backup held, and what `up` runs before the rest."""
        machine = self._machine
        with psycopg.connect(f"{machine.superuser(side)}/postgres", autocommit=True) as session:
            session.execute(f"DROP DATABASE {side} WITH (FORCE)".encode())
        self.make_roles(side)
        words = ("pg_restore", "--single-transaction", "--exit-on-error", "--dbname")
        command = (*words, f"{machine.superuser(side)}/{side}", str(backup))
        run(Process("restore", command, SYSTEM))
        self.migrate(side)

    def load_redis_users(self, runner: Runner) -> None:
        """`docker compose up --force-recreate` starts Redis again."""
        runner.stop(["redis"])
        runner.start(self._machine.redis())

    def processes(self) -> list[Process]:
        """Every service of the image that goes on running, as often as its scale says."""
        return [
            self._process(service, number)
            for service in self._services().values()
            if service.image == "checkin"
            and not service.profiles
            and not service.name.endswith(ONCE)
            for number in range(1, service.scale + 1)
        ]

    def operator(self, side: str) -> Process:
        """`docker compose run --rm SIDE-operator`, without the words that follow."""
        service = self._services()[f"{side}-operator"]
        process = self._process(service)
        return Process(process.name, ("checkin",), process.environment, process.owner)

    def _services(self) -> dict[str, Service]:
        shell = {**SYSTEM, "CHECKIN_FOLDER": str(self._machine.credentials)}
        return compose.read(FILE, shell=shell, images={"checkin": image()})

    def _process(self, service: Service, number: int = 1) -> Process:
        places = self._places(service)
        made = Process(
            name=f"{service.name}-{number}",
            command=tuple(map(places.put_in, service.command)),
            environment={name: places.put_in(value) for name, value in service.environment.items()},
            owner=_owner(service),
            health=tuple(map(places.put_in, service.health)),
        )
        self.replaced |= places.used
        return made

    def _places(self, service: Service) -> Replacements:
        """A path leads somewhere in a container where something is mounted, and nowhere else."""
        machine, nowhere = self._machine, self._machine.folder / "nowhere" / service.name
        table = {
            **{f"/{folder}/checkin": str(nowhere / folder) for folder in ("etc", "var/lib")},
            **{path: str(file) for path, file in service.secrets.items()},
            **{path: self._mounted(source) for path, source in service.mounts.items()},
            "/app": str(ROOT),
            **{
                f"{name}:5432": machine.at(name)
                for name in ("campaign-database", "platform-database")
            },
            **{f"0.0.0.0:{port}": machine.at(site) for site, port in SITES.items()},
            **{f"127.0.0.1:{port}": machine.at(site) for site, port in SITES.items()},
        }
        return Replacements(table)

    def _mounted(self, source: str) -> str:
        """A folder of the clone, or a volume, which the image's user owns when it is made."""
        if source.startswith("."):
            return str((FILE.parent / source).resolve())
        volume = self._machine.folder / "volumes" / source
        if not volume.exists():
            own(volume, _owner(self._services()["portal"]))
        return str(volume)


def image() -> Image:
    """What the last stage of the Dockerfile gives to every container."""
    stage = (DEPLOY / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    lines = stage.replace("\\\n", " ").splitlines()
    words = [line.partition(" ")[::2] for line in lines]
    entrypoint = next(json.loads(rest) for word, rest in words if word == "ENTRYPOINT")
    environment = dict(BASE)
    for pair in (pair for word, rest in words if word == "ENV" for pair in shlex.split(rest)):
        name, _, value = pair.partition("=")
        environment[name] = compose.substituted(value, environment)
    return Image(tuple(entrypoint), {**environment, "HOSTNAME": socket.gethostname()})


def _owner(service: Service) -> int:
    user = service.user.partition(":")[0]
    return POSTGRES if user == "postgres" else int(user)
