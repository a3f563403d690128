"""The month that is sent: a frozen list, due now, and what the engine says of it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from campaigns import staff
from campaigns.models import CampaignState, Cause, Delivery, DeliveryState, Role
from campaigns.watching import progress
from kit.database import Database
from kit.errors import Refused
from tests.support.sending import MONTH, queued_campaign

STAFF = "approver@example.org"
ON_THE_WAY = ("queued", "sending")


def roster(size: int) -> list[str]:
    """The addresses to be mailed."""
    return [f"tenant-{number:05}@example.org" for number in range(1, size + 1)]


def hand_over(database: Database, addresses: Sequence[str]) -> None:
    """A campaign whose list is whole and whose moment has come: the next tick begins it."""
    now = database.now()
    with database.writing() as session:
        staff.add(session, email=STAFF, roles=[Role.APPROVER], by="chaos", now=now)
        queued_campaign(
            session,
            addresses,
            send_at=now - timedelta(seconds=1),
            state=CampaignState.HANDING_OVER,
            window=timedelta(hours=1),
        )


def standing(database: Database) -> dict[str, int]:
    """How many mails are in each state."""
    with database.reading() as session:
        counts: dict[str, int] = progress.show(session, MONTH)["deliveries"]
        return counts


def held(database: Database) -> dict[str, bool]:
    """Whom the engine keeps open for staff, or gave up on without knowing whether the mail was
    sent; and whether that mail was sent once more before."""
    is_held = (Delivery.state == DeliveryState.UNKNOWN) | (Delivery.cause == Cause.LEFT_UNKNOWN)
    with database.reading() as session:
        rows = session.execute(select(Delivery.address, Delivery.resent).where(is_held))
        return {row.address: row.resent for row in rows}


def unsent(database: Database) -> set[str]:
    """Who was not mailed, says the engine: SES refused the mail, or the month was cancelled."""
    is_unsent = Delivery.state.in_((DeliveryState.FAILED, DeliveryState.SKIPPED))
    is_known = Delivery.cause.is_distinct_from(Cause.LEFT_UNKNOWN)
    with database.reading() as session:
        return set(session.scalars(select(Delivery.address).where(is_unsent, is_known)))


def ordered(database: Database, order: Callable[..., None]) -> bool:
    """An order of staff's from `control`; False if it is refused or the database is away."""
    with suppress(DBAPIError, Refused), database.writing() as session:
        order(session, month=MONTH, by=STAFF, now=database.now())
        return True
    return False
