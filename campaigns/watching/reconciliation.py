"""After a month: does every recipient have an outcome, and does SES count as many mails as we do?

SES's own number (`GetAccount`, `SentLast24Hours`) reaches back one day and counts all mail of the
account: test sends, reminders to staff, and the platform's own where it shares the account.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import AuditEntry, Campaign, DeliveryState, Sender
from campaigns.sending import counters
from campaigns.watching.progress import BEGAN, OPEN
from kit.errors import NotFound
from kit.months import named

REACHES_BACK = timedelta(hours=24)
ENDED = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SKIPPED)


@dataclass(frozen=True, slots=True)
class AccountCount:
    """How many mails SES says it sent for the account in the 24 hours before `read_at`, UTC."""

    sent: int
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """A month's recipients by what became of them. `causes` are `(state, cause, number)`."""

    month: str
    audience: int
    counts: Mapping[str, int]
    causes: Sequence[tuple[str, str, int]]
    began_at: datetime | None
    account: AccountCount | None

    @property
    def still_open(self) -> int:
        """Mails that are queued, on their way or uncertain."""
        return sum(self.counts[state] for state in OPEN)

    @property
    def missing(self) -> int:
        """Recipients on the list without a mail; negative if there are too many mails."""
        return self.audience - self.still_open - sum(self.counts[state] for state in ENDED)

    @property
    def is_balanced(self) -> bool:
        return self.missing == 0 and self.still_open == 0

    @property
    def account_difference(self) -> int | None:
        """How many more mails SES counts than this month had accepted; None: not comparable."""
        if self.account is None or self.began_at is None:
            return None
        if self.account.read_at - self.began_at > REACHES_BACK:
            return None
        return self.account.sent - self.counts[DeliveryState.SENT]

    @property
    def sentences(self) -> list[str]:
        """Say in sentences whether the sheet adds up, and what SES counts."""
        return [_balance(self), _comparison(self)]


def of(session: Session, month: str, *, account: AccountCount | None = None) -> Sheet:
    """The sheet of a month that was handed over.

    `account` is what SES says now; without it, what it said when its limits were last read.

    Raises:
        NotFound: there is no such month, or its list was not handed over.
    """
    campaign = session.scalar(select(Campaign).where(Campaign.month == month))
    if campaign is None:
        raise NotFound(f"There is no campaign for {named(month)}.")
    if campaign.audience is None:
        raise NotFound(f"{named(month)} has no mailing list, so there is nothing to add up.")
    return Sheet(
        month=month,
        audience=campaign.audience,
        counts=counters.by_state(session, campaign.id),
        causes=[
            (state, cause, number)
            for (state, cause), number in counters.by_cause(session, campaign.id).items()
            if state in ENDED
        ],
        began_at=_began_at(session, month),
        account=account or _last_read(session),
    )


def as_json(sheet: Sheet) -> dict[str, Any]:
    """The sheet as `checkin campaigns sheet MONTH --json` prints it."""
    return {
        "month": sheet.month,
        "audience": sheet.audience,
        **{str(state): sheet.counts[state] for state in ENDED},
        "open": sheet.still_open,
        "missing": sheet.missing,
        "is_balanced": sheet.is_balanced,
        "causes": [
            {"state": state, "cause": cause, "number": number}
            for state, cause, number in sheet.causes
        ],
        "ses_sent_last_24_hours": None if sheet.account is None else sheet.account.sent,
        "ses_counts_more": sheet.account_difference,
    }


def _balance(sheet: Sheet) -> str:
    if sheet.missing:
        what = f"{abs(sheet.missing):,} {'too few' if sheet.missing > 0 else 'too many'}"
        return f"It does not add up: there are {what} emails for {sheet.audience:,} recipients."
    if sheet.still_open:
        return f"{sheet.still_open:,} of {sheet.audience:,} emails are not settled yet."
    return f"It adds up: each of {sheet.audience:,} recipients has an outcome."


def _comparison(sheet: Sheet) -> str:
    difference = sheet.account_difference
    if difference is None or sheet.account is None:
        return "Amazon SES counts the last 24 hours only, too little to compare this month with."
    counted = f"Amazon SES counts {sheet.account.sent:,} emails in the last 24 hours"
    if difference == 0:
        return f"{counted}, as many as were sent here."
    if difference > 0:
        return (
            f"{counted}, {difference:,} more than this month: test sends, reminders and other mail"
            " of the account. If there was none, look for mail that was sent twice."
        )
    return f"{counted}, {-difference:,} fewer than are recorded as sent here: ask Amazon."


def _began_at(session: Session, month: str) -> datetime | None:
    return session.scalar(
        select(AuditEntry.at)
        .where(AuditEntry.month == month, AuditEntry.action == BEGAN)
        .order_by(AuditEntry.id)
        .limit(1)
    )


def _last_read(session: Session) -> AccountCount | None:
    row = session.get(Sender, 1)
    if row is None or row.sent_last_day is None or row.limits_read_at is None:
        return None
    return AccountCount(int(row.sent_last_day), row.limits_read_at)
