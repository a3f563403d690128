"""No part of a tick ends another: each is made to fail in turn, and all others are done."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

from campaigns import engine, retention
from campaigns.planning import series
from campaigns.sending import deliveries, lifecycle, settlement
from campaigns.ses import account
from kit.database import Database
from tasks import app, campaign_side, process

app.loader.import_default_modules()
campaign = import_module("tasks.campaign")

ADVANCES: dict[str, ModuleType] = {
    "end_expired_pause": account,
    **dict.fromkeys(("miss", "begin", "close", "judge_refusals", "finish"), lifecycle),
}
UPKEEP: dict[str, ModuleType] = {
    "refresh_limits": engine,
    "expire_leases": deliveries,
    "settle": settlement,
    "open_drafts": series,
    "purge": retention,
}
PERIODS = engine.Periods(timedelta(minutes=2), timedelta(hours=1), timedelta(days=90))


def _noted(done: list[str], name: str, failing: str) -> Callable[..., None]:
    def step(*_: object, **__: object) -> None:
        done.append(name)
        if name == failing:
            raise RuntimeError(name)

    return step


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    process.start_afresh()


def _messages(raised: pytest.ExceptionInfo[ExceptionGroup[Exception]]) -> list[str]:
    return [str(error) for error in raised.value.exceptions]


@pytest.mark.parametrize("failing", ADVANCES)
def test_a_step_that_fails_ends_no_other_step_of_a_campaign(
    campaign_db: Database, now: datetime, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    done: list[str] = []
    for name, module in ADVANCES.items():
        monkeypatch.setattr(module, name, _noted(done, name, failing))
    with pytest.raises(ExceptionGroup) as raised:
        engine.advance(campaign_db, clock=lambda: now)
    assert (list(ADVANCES), [failing]) == (done, _messages(raised))


@pytest.mark.parametrize("failing", UPKEEP)
def test_a_step_that_fails_ends_no_other_step_of_the_upkeep(
    campaign_db: Database, now: datetime, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    done: list[str] = []
    for name, module in UPKEEP.items():
        monkeypatch.setattr(module, name, _noted(done, name, failing))
    client: Any = None
    with pytest.raises(ExceptionGroup) as raised:
        engine.upkeep(campaign_db, client, PERIODS, clock=lambda: now)
    assert (list(UPKEEP), [failing]) == (done, _messages(raised))


@pytest.mark.parametrize("failing", campaign.PARTS)
def test_a_part_that_fails_ends_no_other_part_of_a_tick(
    monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    done: list[str] = []
    names = list(campaign.PARTS)
    monkeypatch.setattr(campaign_side, "is_duplicate", lambda *_: False)
    monkeypatch.setattr(campaign_side, "beating", lambda _: nullcontext())
    parts = {name: _noted(done, name, failing) for name in names}
    monkeypatch.setattr(campaign, "PARTS", parts)
    with pytest.raises(ExceptionGroup) as raised:
        campaign.tick()
    assert (names, [failing]) == (done, _messages(raised))


def test_sending_comes_before_all_else_in_a_tick() -> None:
    assert ["advance", "sends"] == list(campaign.PARTS)[:2]
