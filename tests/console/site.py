"""A console on a test database, and people who use it in a browser without script."""

import re
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from campaigns import staff
from campaigns.models import Role
from campaigns.planning.letters import StaffEmail
from checkin.databases import campaign_is_current
from console import sign_in
from console.app import create_app
from kit.database import Database
from kit.settings import Settings
from links import keys as key_ring

AUTHOR, APPROVER = "author@example.org", "approver@example.org"
ANALYST, ADMIN = "analyst@example.org", "admin@example.org"
PEOPLE = {
    AUTHOR: Role.AUTHOR,
    APPROVER: Role.APPROVER,
    ANALYST: Role.ANALYST,
    ADMIN: Role.ADMIN,
}
KEYS = "console-keys"
WEB_ADDRESS = re.compile(r"https?://\S+")
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class AtOnce(Executor):
    """Runs each job in the caller's thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@dataclass
class Letters:
    """A mailer that keeps what it was asked to send; `sent` pairs each address with the link."""

    kept: list[tuple[str, StaffEmail]] = field(default_factory=list)

    def __call__(self, *, to: str, letter: StaffEmail) -> None:
        self.kept.append((to, letter))

    @property
    def sent(self) -> list[tuple[str, str]]:
        found = [(to, WEB_ADDRESS.search(letter.text)) for to, letter in self.kept]
        return [(to, match[0]) for to, match in found if match]


@dataclass
class SetClock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


class Visitor:
    """Somebody with a browser: follows forms with their hidden fields."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=headers)

    def text(self, path: str) -> str:
        return words_of(self.get(path))

    def post(self, path: str, *, form_at: str, **fields: str | list[str]) -> TestResponse:
        """Fill in the form found on `form_at` and send it to `path`."""
        page = self.get(form_at).text
        token = CSRF.search(page)
        data = {"csrf_token": token[1] if token else "", **fields}
        return self.client.post(path, data=data)


@dataclass
class ConsoleSite:
    app: Flask
    settings: Settings
    campaign: Database
    clock: SetClock
    letters: Letters

    @property
    def keys(self) -> tuple[bytes, ...]:
        return key_ring.load(self.settings.secret_key_file)

    def visitor(self) -> Visitor:
        return Visitor(self.app.test_client())

    def link(self, email: str) -> str:
        """The path of a fresh sign-in link."""
        with self.campaign.writing() as session:
            link = sign_in.new_link(
                session,
                email=email,
                keys=self.keys,
                console_url=self.settings.console_url,
                now=self.clock.now,
            )
        return link.removeprefix(self.settings.console_url)

    def signed_in(self, email: str) -> Visitor:
        visitor, link = self.visitor(), self.link(email)
        assert visitor.post(link, form_at=link).status_code == 303
        return visitor


def build(campaign: Database, folder: Path, now: datetime, **settings: Any) -> ConsoleSite:
    """A console with one member of staff for each role."""
    key_ring.create(folder / KEYS)
    with campaign.writing() as session:
        for email, role in PEOPLE.items():
            staff.add(session, email=email, roles=[role], by="tests", now=now)
    return open_site(campaign, folder, SetClock(now), **settings)


def open_site(campaign: Database, folder: Path, clock: SetClock, **settings: Any) -> ConsoleSite:
    """A console whose staff and keys are there."""
    chosen = Settings(secret_key_file=folder / KEYS, platform_database_url="none", **settings)
    letters = Letters()
    app = create_app(
        settings=chosen,
        campaign=campaign,
        is_current=campaign_is_current,
        clock=clock,
        mailer=letters,
        post_room=AtOnce(),
    )
    return ConsoleSite(app, chosen, campaign, clock, letters)


def words_of(response: TestResponse) -> str:
    """What a page says, without its tags, every run of space as one."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())
