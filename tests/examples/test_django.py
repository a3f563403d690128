"""The example of a Django platform, with real Django, against the real portal."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
import requests
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client, override_settings
from sqlalchemy import select

from tenants.feed import signatures, webhook
from tenants.feed.webhook import Receiver
from tenants.models import Tenant
from tenants.rights import evidence, rights
from tenants.rights.evidence import RightsAction
from tests.api.client import ASSOCIATION, reply
from tests.examples.conftest import Joined

NOBODY_LISTENS = "http://127.0.0.1:9"


@pytest.fixture
def models(joined: Joined) -> Any:
    """The example's models, without a row; Check-in has none either, but for its feed."""
    found = import_module("checkin_link.models")
    with override_settings(CHECKIN_URL=NOBODY_LISTENS):
        for model in (found.Tenancy, found.AssociationReader, found.PendingErasure):
            model.objects.all().delete()
        found.PendingErasure.objects.all().delete()
    with joined.site.platform.writing() as session:
        for ref in session.scalars(select(Tenant.tenant_ref)).all():
            rights.erase(session, rights.find(session, ref), now=joined.site.now)
    import_module("checkin_link.feed").follow()
    return found


@pytest.fixture
def sign_in(models: Any) -> Callable[[str], tuple[Any, Any]]:
    """Make a user, and a browser that is signed in as that user."""

    def signed_in(name: str) -> tuple[Any, Any]:
        user_model = import_module("django.contrib.auth").get_user_model()
        user_model.objects.filter(username=name).delete()
        user, browser = user_model.objects.create_user(name), Client()
        browser.force_login(user)
        return user, browser

    return signed_in


def tenancy(models: Any, ref: str = "T-001", **fields: Any) -> Any:
    given = {"email": f"{ref.lower()}@example.org", "monthly_email": True, **fields}
    return models.Tenancy.objects.create(reference=ref, housing_association=ASSOCIATION, **given)


def held(joined: Joined) -> dict[str, str]:
    with joined.site.platform.reading() as session:
        return dict(session.execute(select(Tenant.tenant_ref, Tenant.email)).all())


def act(joined: Joined, ref: str, right: Callable[..., object]) -> None:
    """Exercise a right at Check-in, as its tenant would."""
    with joined.site.platform.writing() as session:
        right(session, rights.find(session, ref), now=joined.site.now)


def call(joined: Joined) -> int:
    """Have Check-in call the webhook now."""
    receiver = Receiver(joined.webhook_url, signatures.load(joined.secrets))
    return webhook.call(joined.site.platform, receiver, clock=lambda: datetime.now(UTC))


def sync(**options: Any) -> str:
    said = StringIO()
    call_command("sync_checkin", stdout=said, stderr=said, **options)
    return said.getvalue()


def test_a_saved_tenancy_is_at_checkin_and_a_deleted_one_is_erased(
    joined: Joined, models: Any
) -> None:
    one = tenancy(models)
    assert held(joined) == {"T-001": "t-001@example.org"}
    one.email = "moved@example.org"
    one.save()
    assert held(joined) == {"T-001": "moved@example.org"}
    assert models.Tenancy.objects.get().is_in_step
    one.delete()
    assert held(joined) == {}
    assert not models.PendingErasure.objects.exists()


def test_what_could_not_be_told_is_told_by_the_next_sync(joined: Joined, models: Any) -> None:
    gone = tenancy(models, "T-002")
    with override_settings(CHECKIN_URL=NOBODY_LISTENS):
        one = tenancy(models)
        gone.delete()
    assert (held(joined), one.is_in_step) == ({"T-002": "t-002@example.org"}, False)
    assert "1 created, 0 updated, 0 unchanged" in sync()
    assert held(joined) == {"T-001": "t-001@example.org"}
    assert models.Tenancy.objects.get().is_in_step
    assert "0 created, 0 updated, 1 unchanged" in sync()


def test_leavers_are_erased_only_when_their_number_is_said(joined: Joined, models: Any) -> None:
    tenancy(models)
    joined.site.new_tenant("T-009")
    assert "1 are in Check-in and not here" in sync()
    with pytest.raises(CommandError):
        sync(erase_leavers=2)
    assert "T-009" in held(joined)
    sync(erase_leavers=1)
    assert set(held(joined)) == {"T-001"}


def test_a_tenancy_that_checkin_refuses_is_named_by_its_line(joined: Joined, models: Any) -> None:
    tenancy(models, "T-001")
    bad = tenancy(models, "T-002", email="nobody")
    assert not models.Tenancy.objects.get(pk=bad.pk).is_in_step
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("sync_checkin", stdout=said, stderr=said)
    assert "line 2: email is not an email address" in said.getvalue()
    assert set(held(joined)) == {"T-001"}


def test_stops_bounces_and_erasures_come_by_the_feed(joined: Joined, models: Any) -> None:
    for ref in ("T-001", "T-002", "T-003"):
        tenancy(models, ref)
    act(joined, "T-001", rights.stop)
    with joined.site.platform.writing() as session:
        reached = rights.find(session, "T-002")
        evidence.record(session, reached, RightsAction.BOUNCED, now=joined.site.now)
    act(joined, "T-003", rights.erase)
    assert "3 changes followed" in sync()
    found = {each.reference: each for each in models.Tenancy.objects.all()}
    assert found["T-001"].emails_stopped
    assert found["T-002"].unreached_since == joined.site.now
    assert found["T-003"].erased_at == joined.site.now
    with joined.site.platform.writing() as session:
        again = rights.find(session, "T-002")
        evidence.record(session, again, RightsAction.REACHED_AGAIN, now=joined.site.now)
    sync()
    assert models.Tenancy.objects.get(reference="T-002").unreached_since is None
    assert set(held(joined)) == {"T-001", "T-002"}
    found["T-003"].save()
    assert set(held(joined)) == {"T-001", "T-002"}, "somebody erased is not sent again"


def test_the_webhook_brings_the_same_and_catches_up(joined: Joined, models: Any) -> None:
    tenancy(models, "T-001")
    call(joined)
    sync()
    act(joined, "T-001", rights.stop)
    assert call(joined) == 1
    assert models.Tenancy.objects.get().emails_stopped
    models.FeedPosition.objects.update(after=0)
    models.Tenancy.objects.update(emails_stopped=False)
    act(joined, "T-001", rights.pause)
    assert call(joined) == 1
    assert models.Tenancy.objects.get().emails_stopped, "a page was missing and was asked for"


def test_a_call_that_is_not_signed_changes_nothing(joined: Joined, models: Any) -> None:
    tenancy(models)
    body = b'{"next":"99","items":[{"tenant_ref":"T-001","action":"stopped"}]}'
    other = signatures.headers([b"x" * 32], "changes-0-99", body, now=datetime.now(UTC))
    for headers in ({}, other):
        answer = requests.post(joined.webhook_url, data=body, headers=headers, timeout=10)
        assert answer.status_code == 401
    assert not models.Tenancy.objects.get().emails_stopped


def test_a_tenant_sees_their_own_replies_and_nobody_elses(
    joined: Joined, models: Any, sign_in: Callable[[str], tuple[Any, Any]]
) -> None:
    reply(joined.site, "T-001")
    reply(joined.site, "T-002", show_to=ASSOCIATION)
    user, browser = sign_in("tenant-001")
    other, _ = sign_in("tenant-002")
    tenancy(models, "T-001", user=user)
    tenancy(models, "T-002", user=other)
    page = browser.get("/account/replies")
    assert page.status_code == 200
    assert page["Cache-Control"].count("no-store") == 1
    assert page.content.decode().count("sent on") == 1
    assert Client().get("/account/replies").status_code == 302


def test_an_association_reads_what_was_submitted_to_it(
    joined: Joined, models: Any, sign_in: Callable[[str], tuple[Any, Any]]
) -> None:
    reply(joined.site, "T-001", show_to=ASSOCIATION)
    reply(joined.site, "T-002")
    user, browser = sign_in("northfield")
    models.AssociationReader.objects.create(user=user, housing_association=ASSOCIATION)
    page = browser.get("/inbox").content.decode()
    assert ("T-001" in page, "T-002" in page) == (True, False)
    stranger, closed = sign_in("riverside")
    models.AssociationReader.objects.create(user=stranger, housing_association="Another")
    assert closed.get("/inbox").status_code == 403
    assert sign_in("nobody")[1].get("/inbox").status_code == 404
