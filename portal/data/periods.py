"""What the operator set, for the privacy page: retention periods, and who is named."""

from dataclasses import dataclass
from datetime import timedelta

from kit.settings import Settings

DAYS_OF_A_MONTH = 30.44
MONTHS_FROM = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Period:
    """A number of months or days."""

    number: int
    is_months: bool


@dataclass(frozen=True, slots=True)
class KeptPeriods:
    """What the privacy page names."""

    replies: Period
    links: Period
    addresses: Period
    erased: Period
    master_keys: Period


def kept_periods(settings: Settings) -> KeptPeriods:
    """The periods of these settings."""
    return KeptPeriods(
        replies=_said(settings.keep_replies),
        links=_said(settings.keep_links),
        addresses=_said(settings.keep_deliveries),
        erased=_said(settings.keep_erased),
        master_keys=_said(settings.vault_window),
    )


@dataclass(frozen=True, slots=True)
class Named:
    """Who the privacy page names, as far as the operator said."""

    contact: str | None
    joint_controllers: str
    research_partner: str


def named(settings: Settings) -> Named:
    """Those of these settings."""
    return Named(settings.privacy_contact, settings.joint_controllers, settings.research_partner)


def _said(length: timedelta) -> Period:
    days = max(1, -(-length // timedelta(days=1)))
    if length > MONTHS_FROM:
        return Period(round(days / DAYS_OF_A_MONTH), is_months=True)
    return Period(days, is_months=False)
