"""The app, which sends each saved tenancy to Check-in."""

from importlib import import_module

from django.apps import AppConfig


class CheckinLinkConfig(AppConfig):
    """Connects the signals once the models are there."""

    name = "checkin_link"

    def ready(self) -> None:
        import_module("checkin_link.signals")
