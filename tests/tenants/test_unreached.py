"""The feed of changes tells whom the email does not reach, each once."""

from datetime import UTC, datetime, timedelta

from campaigns import suppression
from campaigns.models import Suppression, SuppressionKind
from kit.database import Database
from tenants.feed import unreached
from tenants.rights import evidence
from tests.tenants.roster.rosters import line, load_lines

NOW = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)


def suppress(campaign: Database, address: str, kind: SuppressionKind, at: datetime) -> None:
    with campaign.writing() as session:
        session.add(Suppression(address=address, kind=kind, added_at=at))


def note(platform: Database, campaign: Database) -> int:
    return unreached.note(platform, campaign, now=NOW + timedelta(days=1))


def told(platform: Database) -> list[tuple[str | None, str]]:
    with platform.reading() as session:
        return [
            (row.tenant_ref, row.action) for row in evidence.entries_after(session, 0, limit=100)
        ]


def test_bounces_and_complaints_are_told_once_and_marks_never(
    platform_db: Database, campaign_db: Database
) -> None:
    load_lines(platform_db, *(line(ref, f"{ref}@example.org") for ref in ("t1", "t2", "t3")))
    suppress(campaign_db, "t1@example.org", SuppressionKind.BOUNCE, NOW)
    suppress(campaign_db, "t3@example.org", SuppressionKind.DO_NOT_MAIL, NOW)
    suppress(campaign_db, "stranger@example.org", SuppressionKind.BOUNCE, NOW)
    assert [note(platform_db, campaign_db) for _ in range(2)] == [1, 0]
    suppress(campaign_db, "t2@example.org", SuppressionKind.COMPLAINT, NOW - timedelta(minutes=5))
    assert note(platform_db, campaign_db) == 1
    assert told(platform_db) == [("t1", "email-bounced"), ("t2", "marked-as-spam")]


def test_everybody_at_a_shared_address_is_told_of(
    platform_db: Database, campaign_db: Database
) -> None:
    load_lines(platform_db, *(line(ref, "shared@example.org") for ref in ("t1", "t2")))
    suppress(campaign_db, "shared@example.org", SuppressionKind.BOUNCE, NOW)
    assert note(platform_db, campaign_db) == 2


def test_a_bounce_that_staff_lifted_is_told_once_and_so_is_the_next(
    platform_db: Database, campaign_db: Database
) -> None:
    load_lines(platform_db, *(line(ref, f"{ref}@example.org") for ref in ("t1", "t2")))
    for ref in ("t1", "t2"):
        suppress(campaign_db, f"{ref}@example.org", SuppressionKind.BOUNCE, NOW)
    assert note(platform_db, campaign_db) == 2
    with campaign_db.writing() as session:
        assert suppression.lift(session, address="t1@example.org", kind=SuppressionKind.BOUNCE)
    assert [note(platform_db, campaign_db) for _ in range(2)] == [1, 0]
    suppress(campaign_db, "t1@example.org", SuppressionKind.BOUNCE, NOW + timedelta(days=40))
    assert [note(platform_db, campaign_db) for _ in range(2)] == [1, 0]

    assert told(platform_db) == [
        ("t1", "email-bounced"),
        ("t2", "email-bounced"),
        ("t1", "email-works-again"),
        ("t1", "email-bounced"),
    ]


def test_a_new_address_is_not_said_to_bounce(platform_db: Database, campaign_db: Database) -> None:
    load_lines(platform_db, line("t1", "t1@example.org"))
    suppress(campaign_db, "t1@example.org", SuppressionKind.BOUNCE, NOW)
    note(platform_db, campaign_db)
    load_lines(platform_db, line("t1", "new@example.org"))
    note(platform_db, campaign_db)

    assert told(platform_db)[-1] == ("t1", "email-works-again")
