"""Celery as data: broker, queues, routes and beat.

The databases are the queue, and a message is only a hint: a lost one costs a tick, a duplicate
finds nothing to do, and beat needs no memory. No entry has an `expires`, which would compare two
machines' clocks: `tasks.turns` drops duplicates by the database's clock. `docs/operations.md` says
how Redis must be configured in production (AOF, `noeviction`).
"""

from typing import Any

from kit import settings, timeouts

_settings = settings.load()
_tick = _settings.tick.total_seconds()

broker_url = _settings.broker_url
broker_connection_retry_on_startup = True
broker_transport_options = {
    "visibility_timeout": 3600,
    "health_check_interval": 25,
    "global_keyprefix": _settings.broker_prefix,
    **timeouts.REDIS,
}

task_default_queue = "campaign"
task_routes = {
    "tasks.campaign.*": {"queue": "campaign"},
    "tasks.platform.*": {"queue": "platform"},
}
task_acks_late = True
task_reject_on_worker_lost = True
task_ignore_result = True
task_soft_time_limit = 120
task_time_limit = 150
task_serializer = "json"
accept_content = ["json"]
worker_prefetch_multiplier = 1
worker_proc_alive_timeout = 60  # by default a child that loads for over 4 s is killed
worker_hijack_root_logger = False
worker_cancel_long_running_tasks_on_connection_loss = True

timezone = "Europe/London"
beat_scheduler = "celery.beat:Scheduler"
beat_remote_control_max_tick_age = 6 * max(10.0, _tick)  # then beat answers no health check

_campaign_schedule = {
    "campaign-tick": {"task": "tasks.campaign.tick", "schedule": _tick},
    "campaign-feedback": {"task": "tasks.campaign.poll_feedback", "schedule": _tick},
}
_platform_schedule = {
    "platform-tick": {"task": "tasks.platform.tick", "schedule": _tick},
    "platform-post": {"task": "tasks.platform.post", "schedule": _tick},
    "platform-changes": {"task": "tasks.platform.tell_changes", "schedule": 6 * _tick},
    "platform-inbound": {"task": "tasks.platform.answer_mail", "schedule": _tick},
    "platform-keys": {"task": "tasks.platform.check_keys", "schedule": 6 * _tick},
    "platform-rotation": {"task": "tasks.platform.rotate_vault", "schedule": 60 * _tick},
    "platform-purge": {"task": "tasks.platform.purge", "schedule": 60 * _tick},
}
beat_schedule: dict[str, dict[str, Any]] = {
    **(_campaign_schedule if _settings.has_campaign_side else {}),
    **(_platform_schedule if _settings.has_platform_side else {}),
}
