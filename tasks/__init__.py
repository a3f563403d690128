"""The Celery app and its thin jobs, one module a side: `celery -A tasks worker -Q campaign`."""

from tasks.app import app

__all__ = ["app"]
