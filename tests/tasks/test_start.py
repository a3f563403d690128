"""What a worker process does before its first job."""

from collections.abc import Iterator

import pytest
from celery.signals import worker_process_init

from kit import aws, memory
from tasks import app, process

app.loader.import_default_modules()


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Which clients a process made."""
    made: list[str] = []
    monkeypatch.setattr(aws, "ses_for_sending", lambda: made.append("sending"))
    monkeypatch.setattr(memory, "keep_for_good", lambda: None)
    yield made
    process.start_afresh()


@pytest.mark.parametrize(
    ("campaign_database", "made"), [("sqlite:///campaign.db", ["sending"]), ("none", [])]
)
def test_only_the_campaign_side_loads_its_way_to_ses_before_there_is_anything_to_send(
    monkeypatch: pytest.MonkeyPatch,
    connections: list[str],
    campaign_database: str,
    made: list[str],
) -> None:
    monkeypatch.setenv("CHECKIN_CAMPAIGN_DATABASE_URL", campaign_database)
    worker_process_init.send(sender=None)

    assert connections == made


def test_a_forked_child_makes_its_own(
    monkeypatch: pytest.MonkeyPatch, connections: list[str]
) -> None:
    monkeypatch.setenv("CHECKIN_CAMPAIGN_DATABASE_URL", "sqlite:///campaign.db")
    worker_process_init.send(sender=None)
    worker_process_init.send(sender=None)

    assert connections == ["sending", "sending"]
