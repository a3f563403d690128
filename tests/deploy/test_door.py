"""The rows that the platform's door may touch; its columns and tables are the matrix's."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from tests.deploy.sides import Sides

OPEN, FROZEN, SENT = 1, 2, 3
MONTHS = {OPEN: "handing_over", FROZEN: "handing_over", SENT: "sent"}
LIST = "INSERT INTO deliveries (campaign_id, address, reply_link, stop_link)"

REFUSED = (
    "UPDATE campaigns SET state = 'sending' WHERE id = 1",
    "UPDATE campaigns SET state = 'cancelled' WHERE id = 1",
    "UPDATE campaigns SET state = 'draft' WHERE id = 1",
    f"{LIST} VALUES (2, 'x', 'r', 's')",
    f"{LIST} VALUES (3, 'x', 'r', 's')",
    "DELETE FROM deliveries WHERE campaign_id = 2",
    "DELETE FROM deliveries WHERE campaign_id = 3",
    "DELETE FROM deliveries",
    "UPDATE deliveries SET address = 'b@example.org' WHERE campaign_id = 1",
    "SELECT address, attempts FROM deliveries",
    "INSERT INTO suppressions (address, kind, added_at) VALUES ('x', 'bounce', now())",
    "INSERT INTO suppressions (address, kind, added_at) VALUES ('x', 'do_not_mail', now())",
    "SELECT address FROM erasures",
    "INSERT INTO erasures VALUES ('x')",
    "SELECT digest FROM suppressed_digests",
    "INSERT INTO suppressions (address, kind, added_at) VALUES ('x', 'manual', now())",
    "INSERT INTO audit (at, who, action, detail)"
    " VALUES (now(), 'approver@example.org', 'approved', '{}')",
)
NOTHING_TO_SEE = (
    "SELECT id FROM campaigns WHERE state NOT IN ('approved', 'handing_over')",
    "SELECT id FROM audit",
    "SELECT address FROM suppressions WHERE kind = 'manual'",
    "UPDATE campaigns SET handover_cursor = 'x' WHERE frozen_at IS NOT NULL RETURNING id",
    "DELETE FROM suppressions WHERE kind <> 'do_not_mail' RETURNING address",
)
ALLOWED = (
    "UPDATE campaigns SET handover_cursor = 'a@example.org' WHERE id = 1",
    "UPDATE campaigns SET frozen_at = now(), audience = 1 WHERE id = 1",
    f"{LIST} VALUES (1, 'x', 'r', 's')",
    "DELETE FROM deliveries WHERE campaign_id = 1 AND state = 'queued'",
    "SELECT suppress_listed(ARRAY['a@example.org'], now())",
    "SELECT erase_known(ARRAY['a@example.org'])",
    "DELETE FROM suppressions WHERE kind = 'do_not_mail'",
    "INSERT INTO audit (at, who, action, detail) VALUES (now(), 'platform', 'handed over', '{}')",
)


@pytest.fixture(scope="module")
def door(sides: Sides) -> Iterator[psycopg.Connection]:
    """The door's session in a database that holds a month in each state it could meet."""
    with sides["campaign"].superuser() as connection:
        _fill(connection)
        try:
            with sides["campaign"].sign_in("campaign_door") as session:
                yield session
        finally:
            sides["campaign"].empty()


@pytest.mark.parametrize("sql", REFUSED)
def test_the_door_is_refused(door: psycopg.Connection, sql: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege), door.transaction(force_rollback=True):
        door.execute(sql)


@pytest.mark.parametrize("sql", NOTHING_TO_SEE)
def test_the_door_finds_nothing(door: psycopg.Connection, sql: str) -> None:
    with door.transaction(force_rollback=True):
        assert [] == door.execute(sql).fetchall()


@pytest.mark.parametrize("sql", ALLOWED)
def test_the_door_opens_for_its_own_task(door: psycopg.Connection, sql: str) -> None:
    with door.transaction(force_rollback=True):
        assert 1 == door.execute(sql).rowcount


def test_a_list_that_is_copied_into_a_frozen_month_is_refused(door: psycopg.Connection) -> None:
    copy = "COPY deliveries (campaign_id, address, reply_link, stop_link) FROM STDIN"
    with (
        pytest.raises(errors.InsufficientPrivilege),
        door.transaction(force_rollback=True),
        door.cursor() as cursor,
        cursor.copy(copy) as rows,
    ):
        rows.write_row((FROZEN, "x", "r", "s"))


def test_an_address_change_tells_the_door_nothing(door: psycopg.Connection) -> None:
    """The first is the list's, the others are not; all are answered alike."""
    for address, link in (("a@example.org", "id"), ("a@example.org", "x"), ("x", "id")):
        with door.transaction(force_rollback=True):
            told = door.execute(
                "SELECT readdress('2026-01', %s, 'b@example.org', %s, 'r', 's')", (address, link)
            )
            assert [("",)] == told.fetchall()


def test_the_door_marks_and_erases_only_what_is_there(door: psycopg.Connection) -> None:
    with door.transaction(force_rollback=True):
        door.execute("SELECT suppress_listed(ARRAY['a@example.org', 'x'], now())")
        marked = door.execute("SELECT address FROM suppressions WHERE kind = 'do_not_mail'")
        assert {("a@example.org",), ("do_not_mail@example.org",)} == set(marked.fetchall())


def _fill(connection: psycopg.Connection) -> None:
    connection.execute(
        "INSERT INTO series VALUES ('monthly', 'first-working-day', '10:00', 10, 3600, 'resend')"
    )
    connection.execute("INSERT INTO messages VALUES ('h', '2026-12', 's', 'h', 't', '[]', now())")
    for number, state in MONTHS.items():
        connection.execute(
            "INSERT INTO campaigns (id, month, series, state, send_at, window_seconds, version,"
            " content_hash, handover_cursor, audience, frozen_at)"
            " VALUES (%s, %s, 'monthly', %s, now(), 3600, 1, 'h', '', %s, %s)",
            (number, f"2026-{number:02}", state, *((None, None) if number == OPEN else (1, "now"))),
        )
    links = {
        OPEN: ("https://portal.example.org/r/id.x", "s", "queued"),
        FROZEN: ("r", "s", "queued"),
        SENT: (None, None, "sent"),
    }
    for number, (reply, stop, state) in links.items():
        connection.execute(
            "INSERT INTO deliveries (campaign_id, address, reply_link, stop_link, state)"
            " VALUES (%s, 'a@example.org', %s, %s, %s)",
            (number, reply, stop, state),
        )
    for kind in ("bounce", "manual", "do_not_mail"):
        connection.execute(
            "INSERT INTO suppressions VALUES (%s, %s, now(), NULL)", (f"{kind}@example.org", kind)
        )
    connection.execute(
        "INSERT INTO audit (at, who, action, detail)"
        " VALUES (now(), 'author@example.org', 'wrote', '{}')"
    )
