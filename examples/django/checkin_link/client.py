"""The calls of Check-in's API that the platform needs."""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import requests
from django.conf import settings

SECONDS = (5, 60)
"""To connect, and to wait for an answer."""


class CallFailed(Exception):
    """Check-in refused, or did not answer. `errors` names lines or fields."""

    def __init__(self, message: str, answer: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.answer = answer or {}

    @property
    def errors(self) -> list[dict[str, str]]:
        return self.answer.get("errors", [])


class Checkin:
    """The API with one token."""

    def __init__(self, token: str | None = None) -> None:
        self._root = f"{settings.CHECKIN_URL}/api/v1"
        self._headers = {"Authorization": f"Bearer {token or settings.CHECKIN_TOKEN}"}

    def put_tenant(self, tenancy: Any) -> None:
        """Create or update one tenant."""
        self._ask("PUT", _path(tenancy.reference), json=facts(tenancy))

    def erase(self, reference: str) -> None:
        """Erase a tenant; somebody who is not there is erased already."""
        self._ask("DELETE", _path(reference))

    def put_roster(
        self, tenancies: Iterable[Any], *, erase_leavers: int | None = None
    ) -> dict[str, Any]:
        """Bring the whole roster in step. Returns the counts, and the leavers it found.

        Raises:
            CallFailed: some lines were rejected and the others kept, or nothing was changed.
        """
        lines = (
            json.dumps({"tenant_ref": each.reference, **facts(each)}).encode() + b"\n"
            for each in tenancies
        )
        asked = {"whole": "true"} if erase_leavers is None else {"erase_leavers": erase_leavers}
        kind = {"Content-Type": "application/x-ndjson"}
        return self._ask("PUT", "/roster", params=asked, data=lines, headers=kind)

    def replies(self, reference: str) -> dict[str, Any]:
        """A tenant's own replies, to show to that tenant."""
        return self._ask("GET", f"{_path(reference)}/replies")

    def changes(self, after: int) -> Iterator[dict[str, Any]]:
        """The pages of the feed of changes that follow a position."""
        yield from self._pages("/changes", after)

    def submitted(self) -> list[dict[str, Any]]:
        """What tenants submitted to the association of the token, as it stands now."""
        return [item for page in self._pages("/submitted", 0) for item in page["items"]]

    def _pages(self, path: str, after: int) -> Iterator[dict[str, Any]]:
        page = {"next": str(after), "has_more": True}
        while page["has_more"]:
            page = self._ask("GET", path, params={"after": page["next"], "limit": 200})
            yield page

    def _ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, **given: Any
    ) -> dict[str, Any]:
        try:
            answer = requests.request(
                method,
                self._root + path,
                headers=self._headers | (headers or {}),
                timeout=SECONDS,
                **given,
            )
        except requests.RequestException as error:
            raise CallFailed(f"Check-in did not answer ({type(error).__name__}).") from error
        said = answer.json() if answer.content else {}
        if not answer.ok:
            raise CallFailed(said.get("detail", f"HTTP {answer.status_code}"), said)
        return said


def facts(tenancy: Any) -> dict[str, Any]:
    """The fields of a tenancy that Check-in takes."""
    return {
        "email": tenancy.email,
        "housing_association": tenancy.housing_association,
        "monthly_email": tenancy.monthly_email,
        "language": tenancy.language,
    }


def _path(reference: str) -> str:
    return f"/tenants/{quote(reference, safe='')}"
