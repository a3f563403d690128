"""Both sides as the systemd units start them, each service with exactly what its unit gives it."""

import sys
from pathlib import Path

from tests.chaos.processes import ROOT
from tests.deploy import units
from tests.deploy.machine import SIDES, SYSTEM, Machine, own
from tests.deploy.replacements import Replacements
from tests.deploy.running import Process, Runner, run
from tests.deploy.sides import DEPLOY
from tests.deploy.units import Unit

USERS = {"checkin-campaign": 10001, "checkin-platform": 10002}
FOLDERS = ("/etc/checkin", "/var/lib/checkin")
SITES = {"console": 8000, "portal": 8001}


class Installed:
    """Both sides, once the units' folders and ports are replaced by this machine's."""

    name = "systemd"

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        environment = {**SYSTEM, "DESTDIR": str(machine.folder)}
        run(Process("install", (str(DEPLOY / "systemd" / "install"),), environment))
        self._places = Replacements(
            {
                **{each: f"{machine.folder}{each}" for each in FOLDERS},
                "/opt/checkin/.venv": sys.prefix,
                "/opt/checkin": str(ROOT),
                **{f"127.0.0.1:{port}": machine.at(site) for site, port in SITES.items()},
            }
        )
        for side in SIDES:
            settings = machine.credentials / side / "settings.env"
            settings.write_text(self._places.put_in(machine.settings(side)))

    @property
    def replaced(self) -> dict[str, str]:
        return self._places.used

    def make_roles(self, side: str) -> None:
        self._run("postgres/roles", side)

    def migrate(self, side: str) -> None:
        self._run("postgres/apply", side)
        own(self._machine.credentials / side / "keys", USERS[f"checkin-{side}"])

    def restore(self, side: str, backup: Path) -> None:
        self._run("backup/restore", side, str(backup))

    def load_redis_users(self, runner: Runner) -> None:
        self._run("redis/apply")

    def _run(self, program: str, *words: str) -> None:
        command = (str(DEPLOY / program), str(self._machine.credentials), *words)
        run(Process(program.replace("/", "-"), command, SYSTEM))

    def processes(self) -> list[Process]:
        """Every service that the targets want."""
        folder = self._machine.folder / "etc" / "systemd" / "system"
        return [
            self._process(units.read(file, root=self._machine.folder))
            for file in sorted(folder.glob("checkin-*.service"))
        ]

    def operator(self, side: str) -> Process:
        """`sudo deploy/as /etc/checkin/SIDE/operator checkin`, without the words that follow."""
        process = str(self._machine.credentials / side / "operator")
        return Process(f"{side}-operator", (str(DEPLOY / "as"), process, "checkin"), SYSTEM)

    def _process(self, unit: Unit) -> Process:
        for each in unit.state:
            own(self._machine.folder / "var" / "lib" / each, USERS[unit.user])
        base = {**SYSTEM, "HOME": "/", "USER": unit.user, "LOGNAME": unit.user}
        return Process(
            name=unit.name,
            command=tuple(map(self._places.put_in, unit.commands[0])),
            environment={
                name: self._places.put_in(value)
                for name, value in {**base, **unit.environment}.items()
            },
            owner=USERS[unit.user],
        )
