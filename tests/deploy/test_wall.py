"""Every role tries everything, on a PostgreSQL server a side."""

from pathlib import Path

import pytest

from tests.deploy import matrix, probes, wall
from tests.deploy import sides as deployment
from tests.deploy.sides import Sides

PROBES_MIN = 5_000


def test_nothing_goes_through_that_the_matrix_does_not_name(sides: Sides) -> None:
    report = wall.try_everything(sides)

    assert ([], []) == (report.through, report.shut)
    assert report.tried > PROBES_MIN


@pytest.mark.parametrize("side", deployment.ROLES)
def test_the_matrix_names_every_table(sides: Sides, side: str) -> None:
    with sides[side].superuser() as connection:
        found = {table for table, _ in connection.execute(probes.TABLES)}

    assert found == matrix.tables(side)


@pytest.mark.parametrize(
    ("side", "grant", "role", "probe"),
    [
        ("campaign", "GRANT SELECT ON staff TO campaign_door", "campaign_door", 'SELECT "email"'),
        ("platform", "GRANT pg_execute_server_program TO platform", "platform", "COPY"),
        ("campaign", "GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC", "campaign", "SELECT lo"),
    ],
)
def test_one_grant_too_many_is_found(
    sides: Sides, side: str, grant: str, role: str, probe: str
) -> None:
    revoke = grant.replace("GRANT", "REVOKE", 1).replace(" TO ", " FROM ")
    with sides[side].superuser() as connection:
        connection.execute(grant)
        try:
            report = wall.try_everything({side: sides[side]})
        finally:
            connection.execute(revoke)

    assert [each for each in report.through if each.startswith(f"{role}: {probe}")]


@pytest.mark.parametrize("side", deployment.ROLES)
def test_roles_and_grants_may_be_applied_again(sides: Sides, side: str, credentials: Path) -> None:
    before = _privileges(sides, side)

    deployment.apply(sides[side], credentials)

    assert before == _privileges(sides, side)


@pytest.mark.parametrize("side", deployment.ROLES)
def test_a_table_of_a_later_migration_is_closed_until_it_is_named(sides: Sides, side: str) -> None:
    with sides[side].sign_in(deployment.MIGRATORS[side]) as migrator:
        migrator.execute("CREATE TABLE later (n integer)")
        migrator.execute("CREATE FUNCTION later_too() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
        try:
            passed = [
                (role, sql)
                for role in deployment.ROLES[side]
                for sql in ("SELECT n FROM later", "SELECT later_too()")
                if _passes(sides, side, role, sql)
            ]
        finally:
            migrator.execute("DROP FUNCTION later_too()")
            migrator.execute("DROP TABLE later")

    assert [] == passed


@pytest.mark.parametrize("side", deployment.ROLES)
def test_whoever_owns_anything_cannot_sign_in(sides: Sides, side: str) -> None:
    owners = """
        SELECT DISTINCT pg_get_userbyid(owner), rolcanlogin, rolpassword IS NOT NULL
          FROM (SELECT relowner FROM pg_class WHERE relnamespace = 'public'::regnamespace
                UNION SELECT proowner FROM pg_proc WHERE pronamespace = 'public'::regnamespace
                UNION SELECT nspowner FROM pg_namespace WHERE nspname = 'public'
                UNION SELECT datdba FROM pg_database WHERE datname = current_database()
               ) AS owned (owner) JOIN pg_authid ON oid = owner"""
    with sides[side].superuser() as connection:
        found = connection.execute(owners).fetchall()

    assert [(deployment.OWNERS[side], False, False)] == found


def _privileges(sides: Sides, side: str) -> list[tuple[object, ...]]:
    query = """
        SELECT 'table', relname, relacl::text, '' FROM pg_class
         WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT 'column', attrelid::regclass::text, attname, attacl::text FROM pg_attribute
         WHERE attacl IS NOT NULL
        UNION ALL SELECT 'function', proname, proacl::text, prosecdef::text FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT 'policy', tablename, policyname, coalesce(qual, '') FROM pg_policies
        ORDER BY 1, 2, 3"""
    with sides[side].superuser() as connection:
        return connection.execute(query).fetchall()


def _passes(sides: Sides, side: str, role: str, sql: str) -> bool:
    with sides[side].sign_in(role) as connection:
        return wall.passes(connection, sql)
