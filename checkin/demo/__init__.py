"""The demo: a whole month on this machine, with the real Celery worker and beat in threads."""
