"""Beat is data: every name in it is a job, on the queue of its side, and none expires."""

import pytest

import celeryconfig
from tasks import app, turns

app.loader.import_default_modules()
OURS = sorted(name for name in app.tasks if name.startswith("tasks."))


@pytest.mark.parametrize("entry", sorted(celeryconfig.beat_schedule))
def test_every_entry_names_a_job_and_leaves_its_age_to_the_database(entry: str) -> None:
    scheduled = celeryconfig.beat_schedule[entry]
    assert scheduled["task"] in OURS
    assert "expires" not in {*scheduled, *scheduled.get("options", {})}
    assert app.tasks[scheduled["task"]].expires is None
    assert turns.beat_interval(scheduled["task"]).total_seconds() == scheduled["schedule"]


@pytest.mark.parametrize("name", OURS)
def test_a_job_goes_to_the_queue_of_its_side(name: str) -> None:
    _, side, _ = name.split(".")
    assert app.amqp.router.route({}, name)["queue"].name == side


def test_a_job_survives_the_death_of_its_worker_and_keeps_no_result() -> None:
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.task_ignore_result
    assert app.conf.worker_prefetch_multiplier == 1


def test_a_new_child_has_time_to_load_on_a_busy_machine() -> None:
    assert app.conf.worker_proc_alive_timeout >= 60


def test_a_job_ends_long_before_the_broker_would_hand_it_to_another() -> None:
    assert app.conf.task_time_limit * 10 < app.conf.broker_transport_options["visibility_timeout"]
