"""A client for the control API of a `FaultySandbox`, in this process or in another."""

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from tests.support.faulty_ses.control_api import PREFIX

TIMEOUT = 30
OK = 200

Json = dict[str, Any]


class ControlError(Exception):
    """The stand-in refused a control; the text says why."""


class SandboxControl:
    """Talks to the stand-in at `url`, e.g. `http://127.0.0.1:8025`."""

    def __init__(self, url: str) -> None:
        self._host = urlsplit(url).netloc

    def counters(self) -> Json:
        """Accepted recipients, events, fault hits, queue depth and the settings in force."""
        return self._ask("GET", "counters")

    def account(self, **changes: Any) -> Json:
        """Change `max_send_rate`, `max_24_hour_send`, `state` or `production_access`."""
        return self._ask("POST", "account", changes)

    def identity(self, name: str, **changes: str) -> Json:
        """Change or make an identity; see `sandbox.identities.Verification`."""
        return self._ask("POST", "identities", {"name": name, **changes})

    def fault(self, kind: str, **settings: Any) -> None:
        """Add a fault; see `faults.InjectedFault` for kinds and settings."""
        self._ask("POST", "faults", {"kind": kind, **settings})

    def clear_faults(self) -> None:
        """End all faults, scripted statuses and told outcomes."""
        self._ask("DELETE", "faults")

    def status(self, status: str, *, count: int | None = 1, **which: Any) -> None:
        """Give the next `count` bulk entries (None: all) a status.

        `address`, `first` and `last` say which: those to an address, or so many at the beginning
        or the end of each request.
        """
        self._ask("POST", "statuses", {"status": status, "count": count, **which})

    def outcome(self, address: str, outcome: str) -> None:
        """Say what becomes of mails to an address; see `sandbox.outcomes.EVENTS`."""
        self._ask("POST", "outcomes", {"address": address, "outcome": outcome})

    def events(self, **changes: Any) -> Json:
        """Change how events travel; see `feed.FeedFaults`."""
        return self._ask("POST", "events", changes)

    def _ask(self, method: str, path: str, params: Json | None = None) -> Json:
        connection = HTTPConnection(self._host, timeout=TIMEOUT)
        try:
            body = None if params is None else json.dumps(params)
            connection.request(method, PREFIX + path, body)
            response = connection.getresponse()
            answer: Json = json.loads(response.read())
        finally:
            connection.close()
        if response.status != OK:
            raise ControlError(answer.get("message", "The stand-in refused."))
        return answer
