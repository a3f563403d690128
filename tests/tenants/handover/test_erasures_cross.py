"""A right gives the campaign side no address, and an erasure leaves none in any table or file."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaigns import erasure
from campaigns import handover as door
from campaigns.models import (
    AddressErasure,
    Campaign,
    CampaignState,
    Delivery,
    SetAside,
    SuppressedDigest,
    Suppression,
    SuppressionKind,
)
from campaigns.sending import deliveries
from kit.database import Database
from tenants.handover import suppression_outbox
from tenants.rights import evidence, rights
from tests.support.sending import DIGEST_KEY
from tests.tenants.handover.crossing import hand_over
from tests.tenants.handover.erased import erase, tick, traces
from tests.tenants.roster.rosters import (
    KEYS,
    LINKS,
    NOW,
    approved_campaign,
    line,
    load_lines,
)

ADDRESS = "erase-me@example.org"
REF = "ref-of-the-erased"


@pytest.fixture
def listed(platform_db: Database, campaign_db: Database) -> Database:
    """Two tenants on a list that is frozen."""
    load_lines(platform_db, line(REF, ADDRESS), line("t2", "n@example.org"))
    approved_campaign(campaign_db)
    hand_over(platform_db, campaign_db)
    return campaign_db


def _set(database: Database, **values: object) -> None:
    with database.writing() as session:
        session.execute(update(Delivery).where(Delivery.address == ADDRESS).values(**values))


def _row(database: Database) -> Delivery:
    with database.reading() as session:
        return session.scalars(select(Delivery).order_by(Delivery.address)).first() or Delivery()


def _state(database: Database, state: CampaignState) -> None:
    with database.writing() as session:
        session.execute(update(Campaign).values(state=state))


@pytest.mark.parametrize("right", [rights.stop, rights.restrict, rights.pause, rights.erase])
@pytest.mark.parametrize("agrees", ["no", "yes"])
def test_a_right_gives_the_campaign_side_no_address_that_it_never_had(
    platform_db: Database, listed: Database, agrees: str, right: object
) -> None:
    load_lines(platform_db, line("t3", "never-mailed@example.org", agrees=agrees))
    with platform_db.writing() as session:
        right(session, rights.find(session, "t3"), now=NOW)  # type: ignore[operator]
    tick(platform_db, listed)

    assert [] == traces(listed, "never-mailed")


def test_a_mark_goes_when_its_month_closes(platform_db: Database, listed: Database) -> None:
    with platform_db.writing() as session:
        rights.stop(session, rights.find(session, REF), now=NOW)
    tick(platform_db, listed)
    with listed.reading() as session:
        assert [ADDRESS] == session.scalars(select(Suppression.address)).all()

    _state(listed, CampaignState.CANCELLED)
    tick(platform_db, listed)

    with listed.reading() as session:
        assert [] == session.scalars(select(Suppression.address)).all()


def test_a_stop_after_its_month_was_sent_gives_nothing_away(
    platform_db: Database, listed: Database
) -> None:
    _state(listed, CampaignState.SENT)
    with platform_db.writing() as session:
        rights.stop(session, rights.find(session, REF), now=NOW)
    tick(platform_db, listed)

    with listed.reading() as session:
        assert [] == session.scalars(select(Suppression.address)).all()


@pytest.mark.parametrize(
    ("state", "after"),
    [("queued", "skipped"), ("sent", "sent"), ("failed", "failed"), ("unknown", "failed")],
)
def test_nothing_of_an_erased_tenant_stays_in_either_database(
    platform_db: Database, listed: Database, state: str, after: str
) -> None:
    links = {} if state in ("queued", "unknown") else {"reply_link": None, "stop_link": None}
    _set(listed, state=state, attempt_id="mine", attempts=1, message_id="ses-1", **links)
    body = f'{{"to": "{ADDRESS.upper()}"}}'
    with listed.writing() as session:
        for kind in SuppressionKind:
            session.add(Suppression(address=ADDRESS, kind=kind, added_at=NOW))
        session.add(SetAside(received_at=NOW, body=body))

    held = ["deliveries.address", "suppressions.address", "set_aside.body"]
    assert set(held) <= set(traces(listed, ADDRESS))
    erase(platform_db, REF)
    tick(platform_db, listed)

    assert [] == traces(listed, ADDRESS)
    assert [] == traces(platform_db, ADDRESS, REF)
    row = _row(listed)
    assert (after, "mine", "ses-1") == (row.state, row.attempt_id, row.message_id)
    assert row.address == f"erased-{row.id}@erased.invalid"
    assert row.reply_link is row.stop_link is None


def test_an_erasure_waits_for_the_outcome_of_what_a_worker_has(
    platform_db: Database, listed: Database
) -> None:
    _set(listed, state="sending", attempt_id="mine", attempts=1)
    erase(platform_db, REF)
    tick(platform_db, listed)
    assert ("sending", ADDRESS) == (_row(listed).state, _row(listed).address)

    with listed.writing() as session:
        deliveries.give_back(session, "mine", [_row(listed).id], now=NOW)
        _campaign = session.scalars(select(Campaign.id)).one()
        claim = deliveries.claim(session, campaign_id=_campaign, after=0, limit=9, now=NOW)
    assert [ADDRESS] != [mail.address for mail in claim.mails] == ["n@example.org"]
    tick(platform_db, listed)

    assert [] == traces(listed, ADDRESS)


def test_who_was_erased_before_the_list_was_complete_is_not_on_it(
    platform_db: Database, listed: Database
) -> None:
    with listed.writing() as session:
        session.execute(update(Campaign).values(frozen_at=None))
    erase(platform_db, REF)
    tick(platform_db, listed)

    with listed.reading() as session:
        assert ["n@example.org"] == session.scalars(select(Delivery.address)).all()
    assert [] == traces(listed, ADDRESS)


def test_an_erasure_during_the_hand_over_is_repeated_at_its_end(
    platform_db: Database, campaign_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row arrives after the mark was pushed for the first time."""
    load_lines(platform_db, line(REF, ADDRESS), line("t2", "n@example.org"))
    approved_campaign(campaign_db)
    push = door.push_rows

    def pushed(*arguments: object, **named: object) -> None:
        erase(platform_db, REF)
        monkeypatch.setattr(door, "push_rows", push)
        suppression_outbox.push(platform_db, campaign_db, links=LINKS, now=NOW)
        push(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(door, "push_rows", pushed)
    hand_over(platform_db, campaign_db)
    with campaign_db.reading() as session:
        marked = session.scalars(select(Suppression.address)).all()
    assert [ADDRESS] == marked

    tick(platform_db, campaign_db)

    assert [] == traces(campaign_db, ADDRESS)
    assert ["skipped", "queued"] == [
        state for _, state in sorted(_states(campaign_db), key=lambda each: each[0])
    ]


def _states(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        found = session.execute(select(Delivery.address, Delivery.state))
        return [(address, state) for address, state in found]


def test_an_address_that_is_not_here_is_not_written_down_to_be_erased(
    platform_db: Database, listed: Database
) -> None:
    with listed.writing() as session:
        door.erase_addresses(session, ["stranger@example.org"], now=NOW)
        assert [] == session.scalars(select(AddressErasure.address)).all()


def test_who_complained_and_was_erased_is_not_mailed_when_they_come_back(
    platform_db: Database, listed: Database
) -> None:
    with listed.writing() as session:
        kind = SuppressionKind.COMPLAINT
        session.add(Suppression(address=ADDRESS, kind=kind, added_at=NOW))
    erase(platform_db, REF)
    tick(platform_db, listed)
    _state(listed, CampaignState.SENT)
    tick(platform_db, listed)

    with listed.reading() as session:
        assert ["complaint"] == session.scalars(select(SuppressedDigest.kind)).all()
        out = erasure.not_mailed(session, [ADDRESS, "n@example.org"], key=lambda: DIGEST_KEY)
        other = erasure.not_mailed(session, [ADDRESS], key=lambda: b"another key" * 3)
    assert {ADDRESS} == out
    assert set() == other


def test_the_feed_still_names_who_was_erased_and_the_log_does_not(platform_db: Database) -> None:
    load_lines(platform_db, line(REF, ADDRESS))
    erase(platform_db, REF)
    with platform_db.writing() as session:
        assert 1 == evidence.seal_erased(session, KEYS)
        entry = evidence.entries_after(session, 0, limit=9)[0]
        assert entry.tenant_ref is None
        assert REF == evidence.told(entry, (*KEYS, b"newer" * 8))["tenant_ref"]
        assert "" == evidence.told(entry, [b"other" * 8])["tenant_ref"]
        evidence.unname_erased(session, before=NOW + timedelta(days=1))
        assert [] == evidence.entries_after(session, 0, limit=9)
