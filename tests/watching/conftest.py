"""Both sides' web processes beside jobs that were just done."""

from datetime import datetime
from pathlib import Path

import pytest

import campaigns.models
import tenants.models
from campaigns.models import CampaignJob
from kit import heartbeats
from kit.database import Database
from tenants.jobs import PlatformJob
from tests.console import site as console_site
from tests.portal import site as portal_site

TOKEN = "a-token-of-the-tests"


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    file = tmp_path / "metrics-token"
    file.write_text(f"{TOKEN}\n")
    return file


@pytest.fixture
def console(
    campaign_db: Database, tmp_path: Path, now: datetime, token_file: Path
) -> console_site.ConsoleSite:
    with campaign_db.writing() as session:
        for job in CampaignJob:
            heartbeats.done(session, campaigns.models.Heartbeat, job, now=now)
    return console_site.build(campaign_db, tmp_path, now, metrics_token_file=token_file)


@pytest.fixture
def portal(platform_db: Database, tmp_path: Path, token_file: Path) -> portal_site.PortalSite:
    with platform_db.writing() as session:
        for job in PlatformJob:
            heartbeats.done(session, tenants.models.Heartbeat, job, now=portal_site.DAY)
    return portal_site.build(platform_db, tmp_path, metrics_token_file=token_file)
