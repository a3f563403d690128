"""Sign in as each role and try everything: `python -m tests.deploy.wall` says how many probes."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import errors

from tests.deploy import probes
from tests.deploy.probes import Probe
from tests.deploy.sides import MIGRATORS, OWNERS, ROLES, Deployed, Sides, deployed, draw_credentials

SERVERS_OWN = ("postgres", "template1")
REFUSALS = (
    errors.InsufficientPrivilege,
    errors.ReservedName,
    errors.UndefinedFile,
    errors.FeatureNotSupported,
)
"""Not allowed; a role of PostgreSQL's own; an extension that the machine does not even have."""
NO_TRANSACTION = ("ALTER SYSTEM", "CREATE DATABASE", "CREATE TABLESPACE", "DROP DATABASE")


@dataclass
class Report:
    """What was tried, what went through and should not, what was refused and should not be."""

    tried: int = 0
    through: list[str] = field(default_factory=list)
    shut: list[str] = field(default_factory=list)

    def add(self, probe: Probe, *, passed: bool) -> None:
        self.tried += 1
        if passed != probe.may_pass:
            (self.through if passed else self.shut).append(str(probe))

    def __str__(self) -> str:
        return f"{self.tried} probes tried, {len(self.through) or 'none'} through"


def try_everything(sides: Sides) -> Report:
    """Every probe of every role on both sides."""
    report = Report()
    for side in sides.values():
        _try_side(side, report)
    _try_doors(sides, report)
    return report


def _try_side(side: Deployed, report: Report) -> None:
    found = list(_probes(side))
    for role in ROLES[side.name]:
        with side.sign_in(role) as connection:
            for probe in found:
                if probe.role == role:
                    report.add(probe, passed=passes(connection, probe.sql))


def _probes(side: Deployed) -> Iterator[Probe]:
    roles = ROLES[side.name]
    everybody = (*roles, MIGRATORS[side.name], OWNERS[side.name], "postgres")
    with side.superuser() as connection:
        columns: dict[str, list[str]] = {}
        for table, column in connection.execute(probes.TABLES):
            columns.setdefault(table, []).append(column)
        functions = connection.execute(probes.FUNCTIONS).fetchall()
    yield from probes.of_tables(roles, columns)
    yield from probes.of_functions(roles, functions)
    yield from probes.of_the_server(roles, everybody, side.name)


def passes(connection: psycopg.Connection, sql: str) -> bool:
    """Whether a statement is carried out; whatever it did is rolled back.

    Raises:
        psycopg.Error: it failed, but not for want of a privilege: the probe itself is wrong.
    """
    try:
        if sql.startswith(NO_TRANSACTION):
            connection.execute(sql)
        with connection.transaction(force_rollback=True):
            connection.execute(sql)
    except REFUSALS:
        return False
    return True


def _try_doors(sides: Sides, report: Report) -> None:
    """Sign in where one has no business: the other side, and the server's own databases."""
    for owner, roles in ROLES.items():
        for role in (*roles, MIGRATORS[owner], OWNERS[owner]):
            for side in sides.values():
                for database in (side.name, *SERVERS_OWN):
                    is_home = side.name == owner == database and role != OWNERS[owner]
                    probe = Probe(role, f"sign in to {database} of the {side.name} side", is_home)
                    report.add(probe, passed=_may_enter(side, role, database))


def _may_enter(side: Deployed, role: str, database: str) -> bool:
    try:
        side.sign_in(role, database=database).close()
    except psycopg.OperationalError:
        return False
    return True


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        draw_credentials(Path(folder))
        with deployed(Path(folder)) as sides:
            report = try_everything(sides)
    print(report)
    print(*report.through, *report.shut, sep="\n")


if __name__ == "__main__":
    main()
