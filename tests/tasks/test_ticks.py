"""No part of a tick ends another: each is made to fail in turn, and all others are done."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from types import ModuleType

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
    "expire_leases": deliveries,
    "settle": settlement,
    "open_drafts": series,
    "purge": retention,
}
ALL_PARTS = [*campaign.PARTS, *campaign.WITH_SES]
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
    with pytest.raises(ExceptionGroup) as raised:
        engine.upkeep(campaign_db, PERIODS, clock=lambda: now)
    assert (list(UPKEEP), [failing]) == (done, _messages(raised))


@dataclass
class Access:
    """Whether SES refuses the worker that does the tick."""

    is_refused: Callable[[], bool]


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick that SES answers, without a database."""
    monkeypatch.setattr(campaign_side, "is_duplicate", lambda *_: False)
    monkeypatch.setattr(campaign_side, "beating", lambda _: nullcontext())
    monkeypatch.setattr(campaign_side, "ses_access", lambda: Access(lambda: False))


def _note_parts(monkeypatch: pytest.MonkeyPatch, failing: str = "") -> list[str]:
    done: list[str] = []
    for parts in ("PARTS", "WITH_SES"):
        noted = {name: _noted(done, name, failing) for name in getattr(campaign, parts)}
        monkeypatch.setattr(campaign, parts, noted)
    return done


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("failing", ALL_PARTS)
def test_a_part_that_fails_ends_no_other_part_of_a_tick(
    monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    done = _note_parts(monkeypatch, failing)
    with pytest.raises(ExceptionGroup) as raised:
        campaign.tick()
    assert (ALL_PARTS, [failing]) == (done, _messages(raised))


@pytest.mark.usefixtures("alone")
def test_a_worker_that_ses_refuses_does_the_rest_of_a_tick_and_leaves_that_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done, left = _note_parts(monkeypatch), []
    monkeypatch.setattr(campaign_side, "ses_access", lambda: Access(lambda: True))
    monkeypatch.setattr(campaign.ask_ses, "delay", lambda: left.append("asked"))

    campaign.tick()

    assert (list(campaign.PARTS), ["asked"]) == (done, left)


def test_sending_comes_before_all_else_in_a_tick() -> None:
    assert ["advance", "sends"] == list(campaign.PARTS)[:2]
