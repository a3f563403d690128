"""Open the two databases, upgrade them, and check whether they are up to date."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import MetaData

import campaigns.models
import links.models
import replies.models
import reports.models
import tenants.models
from kit.database import CampaignBase, Database, PlatformBase
from kit.errors import Refused
from kit.settings import Settings
from kit.timeouts import MIGRATION, OPERATOR, DatabaseTimeouts
from kit.variables import NO_DATABASE
from migrations import standing, upgrading

MODELS = (
    campaigns.models,
    links.models,
    replies.models,
    reports.models,
    tenants.models,
)
METADATA = {"campaign": CampaignBase.metadata, "platform": PlatformBase.metadata}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sides: its name, its tables and its database's URL."""

    name: str
    url: str

    @property
    def metadata(self) -> MetaData:
        return METADATA[self.name]


def sides(settings: Settings) -> Iterator[Side]:
    """The sides this process has a database for."""
    if settings.has_campaign_side:
        yield Side("campaign", settings.campaign_database_url)
    if settings.has_platform_side:
        yield Side("platform", settings.platform_database_url)


def upgrade(settings: Settings) -> list[str]:
    """Create or upgrade the databases this process has URLs for; returns their sides' names."""
    return [upgrade_side(side) for side in sides(settings)]


def upgrade_side(side: Side) -> str:
    """Upgrade one database to the newest revision; concurrent upgrades take turns."""
    database = Database(side.url, timeouts=MIGRATION)
    try:
        upgrading.upgrade(side.name, database, side.metadata)
    finally:
        database.dispose()
    return side.name


def is_current(side: Side, database: Database) -> bool:
    """Whether this code can work with the database; see `migrations.standing.is_current`."""
    return standing.is_current(side.name, database)


def campaign_is_current(database: Database) -> bool:
    """Whether this code can work with a campaign database."""
    return standing.is_current("campaign", database)


def platform_is_current(database: Database) -> bool:
    """Whether this code can work with a platform database."""
    return standing.is_current("platform", database)


def campaign(settings: Settings, timeouts: DatabaseTimeouts = OPERATOR) -> Database:
    """Open the campaign database; Refused if this process has none."""
    if not settings.has_campaign_side:
        raise Refused("This needs the campaign database; set CHECKIN_CAMPAIGN_DATABASE_URL.")
    return Database(settings.campaign_database_url, timeouts=timeouts)


def platform(settings: Settings, timeouts: DatabaseTimeouts = OPERATOR) -> Database:
    """Open the platform database; Refused if this process has none."""
    if not settings.has_platform_side:
        raise Refused("This needs the platform database; set CHECKIN_PLATFORM_DATABASE_URL.")
    return Database(settings.platform_database_url, timeouts=timeouts)


def door(settings: Settings) -> Database:
    """Open the campaign database in the platform's role; Refused if it has no URL."""
    if settings.door_url == NO_DATABASE:
        raise Refused("This needs the platform's door; set CHECKIN_DOOR_DATABASE_URL.")
    return Database(settings.door_url)
