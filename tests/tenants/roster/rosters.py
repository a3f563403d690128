"""Rosters and campaigns to test with. Nobody in them exists."""

import io
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, CampaignState, Delivery, Message, Series
from kit.database import Database
from links import mail_links
from tenants.models import Mark, Tenant
from tenants.roster.imports import ImportReport, import_csv

MONTH = "2026-12"
SEND_AT = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
NOW = SEND_AT - timedelta(minutes=10)
TODAY = date(2026, 12, 1)
LAST_CHECK_IN = date(2026, 11, 2)
LEAD = timedelta(minutes=30)
PORTAL = "https://portal.example.org"
KEYS = (b"k" * 32,)
LINKS = mail_links.link_writer(KEYS, PORTAL)

HEADER = "tenant_ref,email,housing_association,language,monthly_email,profiling"


def line(ref: str, email: str, *, agrees: str = "yes", profiling: str = "yes") -> str:
    return f"{ref},{email},Northfield Homes (example),en,{agrees},{profiling}"


def text(*lines: str) -> bytes:
    return "\r\n".join((HEADER, *lines, "")).encode()


def load(database: Database, content: bytes, *, dry_run: bool = False) -> ImportReport:
    with database.writing() as session:
        return import_csv(session, io.BytesIO(content), dry_run=dry_run, now=NOW)


def load_lines(database: Database, *lines: str) -> ImportReport:
    return load(database, text(*lines))


def rejected(report: ImportReport) -> list[str]:
    return [str(problem) for problem in report.rejected]


def tenant(session: Session, ref: str) -> Tenant:
    return session.scalars(select(Tenant).where(Tenant.tenant_ref == ref)).one()


def stored(database: Database, ref: str) -> Tenant:
    with database.reading() as session:
        return tenant(session, ref)


def marks(database: Database) -> list[tuple[str, bool]]:
    with database.reading() as session:
        return [(mark.address, mark.do_not_mail) for mark in session.scalars(select(Mark))]


def approved_campaign(
    database: Database, *, month: str = MONTH, send_at: datetime = SEND_AT
) -> None:
    with database.writing() as session:
        if session.get(Series, "monthly-check-in") is None:
            session.add(_series())
            session.flush()
        session.add(_message(month))
        session.flush()
        session.add(
            Campaign(
                month=month,
                series="monthly-check-in",
                state=CampaignState.APPROVED,
                send_at=send_at,
                window_seconds=48 * 3600,
                content_hash=f"hash of {month}",
            )
        )


def delivered(database: Database, month: str = MONTH) -> list[tuple[str, str | None, str | None]]:
    query = (
        select(Delivery.address, Delivery.reply_link, Delivery.stop_link)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(Campaign.month == month)
    )
    with database.reading() as session:
        return [
            (address, reply, stop)
            for address, reply, stop in session.execute(query.order_by(Delivery.id))
        ]


def campaign(database: Database, month: str = MONTH) -> Campaign:
    with database.reading() as session:
        return session.scalars(select(Campaign).where(Campaign.month == month)).one()


def _series() -> Series:
    return Series(
        name="monthly-check-in",
        rule="first-working-day",
        send_time="10:00",
        draft_days_ahead=10,
        window_seconds=48 * 3600,
    )


def _message(month: str) -> Message:
    return Message(
        content_hash=f"hash of {month}",
        month=month,
        subject="Has anything changed?",
        html="<p>{{reply_link}} {{stop_link}}</p>",
        text="{{reply_link}} {{stop_link}}",
        questions=["work", "hours"],
        compiled_at=NOW,
        last_check_in=LAST_CHECK_IN,
    )
