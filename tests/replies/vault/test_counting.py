"""Opening a month's replies for counting: the bytes that the vault would give, or its own error."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws
from sqlalchemy import select

from kit import aws
from kit.database import Database
from kit.variables import KMS_SCHEME
from replies.form.questions import pin, pinned_text
from replies.models import DataKey, Reply
from replies.vault import ciphertext, master_keys
from replies.vault.counting import Sealed, key_bound_to, opener
from replies.vault.master_keys import KeyUnavailable
from replies.vault.sealing import Unreadable, open_vault
from tests.support.replies import MONTH, QUESTIONS, TODAY, WORK_ENDED

PINNED = pin(QUESTIONS)
NAMES = pinned_text(PINNED)
TENANT = 7


@pytest.fixture(params=["directory", "KMS"])
def keys(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    if request.param == "directory":
        master_keys.create(tmp_path / "vault")
        yield str(tmp_path / "vault")
        return
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield KMS_SCHEME + aws.kms().create_key()["KeyMetadata"]["KeyId"]


@pytest.fixture
def sealed(platform_db: Database, keys: str) -> Sealed:
    """One tenant's reply, as a tally reads it."""
    reply = Reply(tenant_id=TENANT, month=MONTH, questions=NAMES, replied_on=TODAY)
    with platform_db.writing() as session:
        reply.sealed = open_vault(keys).seal(session, reply, WORK_ENDED)
        session.add(reply)
        session.flush()
        key = session.scalars(select(DataKey)).one()
        return Sealed(reply.id, TENANT, reply.sealed, key.master_key, key.wrapped, "")


def test_a_key_is_bound_to_the_same_bytes_as_in_the_vault() -> None:
    context = ciphertext.key_context(TENANT)

    assert master_keys.CANONICAL(context).encode() == key_bound_to()(TENANT)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_reply_opens_as_the_vault_opens_it(
    platform_db: Database, keys: str, sealed: Sealed
) -> None:
    with platform_db.reading() as session:
        row = session.scalars(select(Reply)).one()
        bound = ciphertext.bound_to(MONTH, NAMES)(TENANT)
        expected = open_vault(keys).unseal(session.get_one(DataKey, TENANT), row, bound)

    assert expected == opener(keys, MONTH, NAMES)(sealed)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("month", "questions", "change", "error"),
    [
        ("2026-11", NAMES, {}, Unreadable),
        (MONTH, "changed.1", {}, Unreadable),
        (MONTH, NAMES, {"sealed": b"x" * 60}, Unreadable),
        (MONTH, NAMES, {"wrapped": b"x" * 60}, KeyUnavailable),
        (MONTH, NAMES, {"tenant_id": TENANT + 1}, KeyUnavailable),
    ],
)
def test_what_does_not_belong_together_is_refused(
    keys: str,
    sealed: Sealed,
    month: str,
    questions: str,
    change: dict[str, object],
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        opener(keys, month, questions)(sealed._replace(**change))  # type: ignore[arg-type]
