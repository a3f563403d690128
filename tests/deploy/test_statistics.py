"""While one reply lands, nobody on the campaign side's server sees anything move."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

import psycopg

from kit.database import Database
from links import ledger
from replies import intake
from replies.form import rounds
from replies.form.questions import Answers
from replies.vault import master_keys
from replies.vault.sealing import open_vault
from tests.chaos.processes import wait_until
from tests.deploy.looking import Seen, look
from tests.deploy.sides import ROLES, Sides, deployed

MONTH = "2026-12"
OPENED, CLOSES = date(2026, 12, 1), date(2026, 12, 29)
OF_ONE_SERVER = {"other databases", "transactions", "other sessions", "other locks"}
"""What moves for everybody where both databases share a server; see docs/deploy.md."""


def test_on_two_servers_no_role_of_the_campaign_sees_a_reply_land(
    sides: Sides, tmp_path: Path
) -> None:
    moved = _moved_by_a_reply(sides, tmp_path)

    assert {role: set() for role in ROLES["campaign"]} == moved


def test_on_one_server_the_same_look_sees_it(credentials: Path, tmp_path: Path) -> None:
    with deployed(credentials, clusters=1) as shared:
        moved = _moved_by_a_reply(shared, tmp_path)

    for names in moved.values():
        assert {"other databases", "transactions"} <= names <= OF_ONE_SERVER


def _moved_by_a_reply(sides: Sides, folder: Path) -> dict[str, set[str]]:
    """What looks different to each role of the campaign side once one reply is stored."""
    link = _issue_link(sides)
    try:
        with _sessions(sides) as sessions:
            before = _settled(sessions)
            counted = _replies_counted(sides)
            _reply(sides, link, folder / "vault")
            wait_until(lambda: _replies_counted(sides) > counted, "the reply's statistics")
            after = _looks(sessions)
    finally:
        sides["platform"].empty()
    return {role: _differing(before[role], after[role]) for role in sessions}


@contextmanager
def _sessions(sides: Sides) -> Iterator[dict[str, psycopg.Connection]]:
    with ExitStack() as stack:
        campaign = sides["campaign"]
        yield {role: stack.enter_context(campaign.sign_in(role)) for role in ROLES["campaign"]}


def _looks(sessions: dict[str, psycopg.Connection]) -> dict[str, Seen]:
    return {role: look(session) for role, session in sessions.items()}


def _settled(sessions: dict[str, psycopg.Connection]) -> dict[str, Seen]:
    """What is seen once nothing moves any more that went before."""
    seen = [_looks(sessions), _looks(sessions)]

    def is_still() -> bool:
        seen.append(_looks(sessions))
        return seen[-3] == seen[-2] == seen[-1]

    wait_until(is_still, "quiet")
    return seen[-1]


def _issue_link(sides: Sides) -> bytes:
    database = Database(sides["platform"].url("platform"))
    with database.writing() as session:
        rounds.open_round(
            session, month=MONTH, questions=["work"], opened_on=OPENED, closes_on=CLOSES
        )
        link = ledger.issue_fresh(
            session, tenant_id=1, month=MONTH, issued_on=OPENED, expires_on=CLOSES
        )
    database.dispose()
    return link


def _reply(sides: Sides, link: bytes, vault: Path) -> None:
    """One reply as the portal stores it, with the portal's role."""
    master_keys.create(vault)
    database = Database(sides["platform"].url("platform_portal"))
    answers: Answers = {"changed": "no"}
    safe = open_vault(str(vault))
    with database.writing() as session:
        assert intake.submit(session, safe, link_id=link, answers=answers, today=OPENED)
    database.dispose()


def _replies_counted(sides: Sides) -> int:
    """What the reply's own side sees in its statistics."""
    query = "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'replies'"
    with sides["platform"].superuser() as session:
        return int(session.execute(query).fetchall()[0][0])


def _differing(before: Seen, after: Seen) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
