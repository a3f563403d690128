"""A month from the roster to the published figures, each step signed in as its own process."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

import campaigns.watching.metrics
import portal.metrics
from campaigns import audit, engine, erasure, releases, staff, suppression
from campaigns.handover import do_not_mail, lift_do_not_mail, unreached
from campaigns.models import (
    AuditEntry,
    Campaign,
    Delivery,
    Role,
    SetAside,
    SuppressedDigest,
    Suppression,
    SuppressionKind,
)
from campaigns.sending import control, transitions, worker
from campaigns.sending.terms import Trigger
from campaigns.ses import account
from campaigns.suppression import lift, suppress
from campaigns.watching import progress
from kit.clock import utc_now
from kit.database import Database
from links.signing import Purpose, verify
from replies import intake
from replies.vault import master_keys, rotation
from replies.vault.counting import opener
from replies.vault.master_keys import LocalRing
from replies.vault.sealing import open_vault
from reports import push
from reports.anchor import ReleaseAnchor
from reports.freeze import Desk, freeze_due
from tenants.handover import bounces, mailing_list, suppression_outbox
from tenants.rights import evidence, rights
from tenants.roster import upsert
from tenants.roster.rows import Row
from tests.deploy import matrix
from tests.deploy.sides import Sides
from tests.support import sending
from tests.support.sending import ManualClock, ScriptedSes
from tests.tenants.handover import crossing
from tests.tenants.roster import rosters
from tests.tenants.roster.rosters import KEYS, LINKS, MONTH, NOW, PORTAL, SEND_AT, TODAY

STAFF = "approver@example.org"
CLOSED = SEND_AT + timedelta(days=60)
As = Callable[[str], Database]


@pytest.fixture
def signed_in(sides: Sides) -> Iterator[As]:
    """`signed_in("campaign_console")` is that role's database."""
    with ExitStack() as stack:

        def open_as(role: str) -> Database:
            database = Database(sides[role.partition("_")[0]].url(role))
            stack.callback(database.dispose)
            return database

        yield open_as
    for side in sides.values():
        side.empty()


def test_a_month_goes_round_with_every_process_in_its_own_role(
    signed_in: As, tmp_path: Path
) -> None:
    _prepare(signed_in)
    worker, door = signed_in("platform"), signed_in("campaign_door")
    assert mailing_list.publish_questions(door)
    assert [MONTH] == crossing.hand_over(worker, door)

    ses = _send(signed_in("campaign"))
    assert {"t1@example.org", "t2@example.org"} == set(ses.accepted)
    assert 2 == _shown(signed_in("campaign_console"))["sent"]

    _reply(signed_in("platform_portal"), ses, tmp_path / "vault")
    desk = Desk(
        platform=worker,
        opener=partial(opener, str(tmp_path / "vault")),
        anchor=ReleaseAnchor.at(tmp_path / "anchor"),
    )
    freeze_due(desk, now=CLOSED)
    assert [MONTH] == push.push_releases(worker, door, now=CLOSED)
    with signed_in("campaign_console").reading() as session:
        assert "too_small" == releases.find(session, MONTH).state


def test_the_worker_rotates_the_vault(signed_in: As, tmp_path: Path) -> None:
    _prepare(signed_in)
    worker = signed_in("platform")
    crossing.hand_over(worker, signed_in("campaign_door"))
    _reply(signed_in("platform_portal"), _send(signed_in("campaign")), tmp_path / "vault")

    later = utc_now() + timedelta(days=1)
    done = rotation.rotate_master_key(
        worker, LocalRing(tmp_path / "vault"), window=timedelta(hours=1), now=later
    )

    assert (1, ["epoch-0001"]) == (done.rewrapped, done.destroyed)


def test_an_address_changes_by_a_roster_and_by_the_api(signed_in: As) -> None:
    _prepare(signed_in)
    worker, door = signed_in("platform"), signed_in("campaign_door")
    crossing.hand_over(worker, door)
    rosters.load_lines(signed_in("platform_operator"), rosters.line("t1", "moved1@example.org"))
    with signed_in("platform_portal").writing() as session:
        row = Row("t2", "moved2@example.org", "HA", "en", True, True)
        upsert.upsert(session, row, now=NOW, source="api")
    suppression_outbox.push(worker, door, links=LINKS, now=NOW)

    ses = _send(signed_in("campaign"))
    assert {"moved1@example.org", "moved2@example.org"} == set(ses.accepted)


def test_a_stop_and_a_bounce_cross_the_door(signed_in: As) -> None:
    _prepare(signed_in)
    worker, door = signed_in("platform"), signed_in("campaign_door")
    crossing.hand_over(worker, door)
    with signed_in("platform_portal").writing() as session:
        rights.stop(session, rosters.tenant(session, "t1"), now=NOW)
    assert 1 == suppression_outbox.push(worker, door, links=LINKS, now=NOW)
    with signed_in("campaign").reading() as session:
        assert ["t1@example.org"] == session.scalars(select(Suppression.address)).all()
    with signed_in("campaign").writing() as session:
        suppress(session, address="t2@example.org", kind=SuppressionKind.BOUNCE, now=NOW)

    with door.reading() as session:
        assert ["t2@example.org"] == [each.address for each in unreached(session, NOW)]


def test_staff_lift_their_own_marks_and_none_of_the_platforms(signed_in: As) -> None:
    address, console = "t1@example.org", signed_in("campaign_console")
    _prepare(signed_in)
    crossing.hand_over(signed_in("platform"), signed_in("campaign_door"))
    with signed_in("campaign_door").writing() as session:
        do_not_mail(session, [address], now=NOW)
    with console.writing() as session:
        suppress(session, address=address, kind=SuppressionKind.MANUAL, now=NOW, by=STAFF)

    with console.writing() as session:
        assert lift(session, address=address, kind=SuppressionKind.MANUAL)
    with pytest.raises(DBAPIError, match="only the platform"), console.writing() as session:
        lift(session, address=address, kind=SuppressionKind.DO_NOT_MAIL)
    with signed_in("campaign_door").writing() as session:
        lift_do_not_mail(session, [address])


def test_an_erasure_crosses_and_leaves_nothing(signed_in: As) -> None:
    _prepare(signed_in)
    worker, door, sender = (signed_in(each) for each in ("platform", "campaign_door", "campaign"))
    crossing.hand_over(worker, door)
    with signed_in("platform_portal").writing() as session:
        rights.erase(session, rosters.tenant(session, "t1"), now=NOW)
    with worker.writing() as session:
        assert 1 == evidence.seal_erased(session, KEYS)
    suppression_outbox.push(worker, door, links=LINKS, now=NOW)
    with sender.writing() as session:
        suppression.forget_marks(session)
        session.add(SetAside(received_at=NOW, body="to T1@Example.org"))

    assert 1 == erasure.erase_waiting(sender, key=lambda: sending.DIGEST_KEY, clock=lambda: NOW)

    with sender.reading() as session:
        addresses = sorted(session.scalars(select(Delivery.address)))
        left = [
            session.scalar(select(func.count()).select_from(t)) for t in (Suppression, SetAside)
        ]
        assert 1 == len(session.scalars(select(SuppressedDigest.kind)).all())
    assert ["erased-", "t2@exam"] == [address[:7] for address in addresses]
    assert [0, 0] == left


@pytest.mark.parametrize("state", ["queued", "sent"])
def test_a_worker_changes_an_address_only_to_erase_it(signed_in: As, state: str) -> None:
    _prepare(signed_in)
    crossing.hand_over(signed_in("platform"), signed_in("campaign_door"))
    sender, no_links = signed_in("campaign"), {"reply_link": None, "stop_link": None}
    settled = {"state": "sent", **no_links}
    if state == "sent":
        with sender.writing() as session:
            session.execute(update(Delivery).values(settled))
    with sender.reading() as session:
        row = session.scalars(select(Delivery.id)).first()
    theirs, own = update(Delivery).where(Delivery.id == row), f"erased-{row}@erased.invalid"

    for other in ("new@example.org", "erased-0@erased.invalid"):
        with pytest.raises(DBAPIError, match="never changes"), sender.writing() as session:
            session.execute(theirs.values(address=other))
    with sender.writing() as session:
        session.execute(theirs.values(address=own, **settled))
    with pytest.raises(DBAPIError, match="never changes"), sender.writing() as session:
        session.execute(theirs.values(address="t1@example.org"))


@pytest.mark.parametrize("role", ["campaign_console", "campaign_operator"])
def test_nobody_dates_an_audit_row(signed_in: As, role: str) -> None:
    with signed_in(role).writing() as session:
        audit.record(session, who=STAFF, action="signed in", now=NOW - timedelta(days=400))

    with signed_in(role).reading() as session:
        dated = session.scalars(select(AuditEntry.at)).all()[-1]
    assert abs(utc_now() - dated) < timedelta(hours=1)


def test_staff_cancel_and_the_door_is_shut(signed_in: As) -> None:
    _prepare(signed_in)
    with signed_in("campaign_console").writing() as session:
        control.cancel(session, month=MONTH, by=STAFF, now=NOW)

    assert [] == crossing.hand_over(signed_in("platform"), signed_in("campaign_door"))


@pytest.mark.parametrize("role", ["campaign_console", "campaign_operator"])
def test_staff_may_write_every_column_that_their_decisions_change(role: str) -> None:
    decisions = (Trigger.ORDERED_AGAIN, Trigger.LEFT, Trigger.RELEASED, Trigger.CANCELLED)
    changed = [{"state", *(row.sets or ())} for each in decisions for row in transitions.of(each)]

    columns = set().union(*changed)

    assert columns == {each for each in columns if matrix.may(role, "deliveries", "w", each)}


@pytest.mark.parametrize("role", ["campaign_console", "campaign_operator"])
def test_the_campaigns_metrics_are_read_by(signed_in: As, role: str) -> None:
    _prepare(signed_in)
    with signed_in(role).reading() as session:
        assert list(campaigns.watching.metrics.read(session, now=NOW))


@pytest.mark.parametrize("role", ["platform_portal", "platform_operator"])
def test_the_platforms_metrics_are_read_by(signed_in: As, role: str) -> None:
    _prepare(signed_in)
    with signed_in(role).reading() as session:
        assert list(portal.metrics.read(session, now=NOW))


def test_an_operator_of_the_platform_lists_whom_no_mail_reaches(signed_in: As) -> None:
    _prepare(signed_in)
    with signed_in("campaign").writing() as session:
        suppress(session, address="t2@example.org", kind=SuppressionKind.BOUNCE, now=NOW)

    found = bounces.unreached(signed_in("platform_operator"), signed_in("campaign_door"), since=NOW)

    assert [("t2", "t2@example.org")] == [tuple(each) for each in found]


def _prepare(signed_in: As) -> None:
    """Two people with a command line: one a side."""
    rosters.load_lines(
        signed_in("platform_operator"),
        rosters.line("t1", "t1@example.org"),
        rosters.line("t2", "t2@example.org"),
    )
    operator = signed_in("campaign_operator")
    with operator.writing() as session:
        staff.add(session, email=STAFF, roles=[Role.APPROVER], by="operator", now=NOW)
    rosters.approved_campaign(operator)


def _send(database: Database) -> ScriptedSes:
    ses, clock = ScriptedSes(), ManualClock(SEND_AT + timedelta(seconds=1))
    with database.writing() as session:
        account.store_limits(session, sending.UNLIMITED, now=clock())
    minutes = {"lease": timedelta(minutes=2), "grace": timedelta(hours=1)}
    due = engine.tick(database, ses, clock=clock, keep=timedelta(days=90), **minutes)  # type: ignore[arg-type]
    for campaign_id in due:
        worker.run(sending.send_context(database, ses, clock), campaign_id, seconds=10)
    return ses


def _reply(tenants_pages: Database, ses: ScriptedSes, vault: Path) -> None:
    master_keys.create(vault)
    entry = ses.requests[0]["BulkEmailEntries"][0]
    link = (
        PORTAL + entry["ReplacementEmailContent"]["ReplacementTemplate"]["ReplacementTemplateData"]
    )
    token = link.partition("/r/")[2].partition('"')[0]
    safe, link_id = open_vault(str(vault)), verify(KEYS, Purpose.REPLY, token)
    reply: dict[str, Any] = {"link_id": link_id, "answers": {"changed": "no"}, "today": TODAY}
    for is_stored in (True, False):
        with tenants_pages.writing() as session:
            assert is_stored == (intake.submit(session, safe, **reply) is not None)


def _shown(console: Database) -> dict[str, int]:
    with console.reading() as session:
        assert session.scalar(select(Campaign.id)) is not None
        shown: dict[str, int] = progress.show(session, MONTH)["deliveries"]
    return shown
