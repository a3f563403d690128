"""What people do before a month is sent: import the roster, write the email, approve it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from campaigns import calendar, staff
from campaigns.content import files
from campaigns.models import Role
from campaigns.planning import approval, drafts
from campaigns.planning.drafts import Schedule
from campaigns.planning.series import WINDOW
from campaigns.writing import samples
from kit.database import Database
from kit.errors import Problem
from tenants.handover import mailing_list
from tenants.roster import imports
from tenants.roster import samples as tenant_samples

AUTHOR = "author@example.org"
APPROVER = "approver@example.org"
BY = "demo"


@dataclass(frozen=True, slots=True)
class Material:
    """The month's roster and campaign file: the operator's own, or samples."""

    tenants: int
    roster: Path | None
    campaign: Path | None


def import_roster(platform: Database, material: Material, *, now: datetime) -> Sequence[Problem]:
    """Import the tenants; returns the rows that were rejected, by line."""
    sample = b"" if material.roster else tenant_samples.roster(material.tenants).encode()
    with (
        material.roster.open("rb") if material.roster else io.BytesIO(sample) as stream,
        platform.writing() as session,
    ):
        return imports.import_csv(session, stream, dry_run=False, now=now).rejected


def approve_month(campaign: Database, material: Material, *, now: datetime) -> str:
    """Write the month's email, approve it to be sent at once, and return the month.

    Raises:
        BadInput: the campaign file's faults, by line and field.
    """
    mailing_list.publish_questions(campaign)
    text = material.campaign.read_text("utf-8-sig") if material.campaign else _sample(now)
    written = files.parse(text)
    with campaign.writing() as session:
        staff.add(session, email=AUTHOR, roles=[Role.AUTHOR], by=BY, now=now)
        staff.add(session, email=APPROVER, roles=[Role.APPROVER], by=BY, now=now)
        drafts.save(
            session,
            month=written.month,
            content=written.content,
            by=AUTHOR,
            now=now,
            schedule=Schedule(now.replace(second=0, microsecond=0), written.window or WINDOW),
        )
        approval.approve(session, month=written.month, by=APPROVER, now=now)
    return written.month


def _sample(now: datetime) -> str:
    return samples.bilingual_file(calendar.london_month(now))
