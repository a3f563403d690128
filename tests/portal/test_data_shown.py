"""What “your data” shows and gives away: all that is held, and as text."""

import codecs
import csv
import io
import json

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from replies.models import Reply
from replies.vault.sealing import open_vault
from tenants.models import Tenant
from tenants.rights import break_glass
from tests.portal.reader import ADDRESS, Reader, log_of
from tests.portal.site import A_FULL_REPLY, MONTH


def test_the_download_is_all_that_is_held(inside: Reader, tenant_id: int) -> None:
    response = inside.press("json")

    held = json.loads(response.text)
    assert 'attachment; filename="check-in.json"' == response.headers["Content-Disposition"]
    assert (ADDRESS, A_FULL_REPLY) == (held["tenant"]["email"], held["replies"][0]["answers"])
    assert ["seen", "taken-away"] == log_of(inside.site, tenant_id)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_table_has_a_fact_a_row(inside: Reader) -> None:
    rows = _rows(inside.press("csv"))

    assert ["part", "number", "name", "value"] == rows[0]
    assert ["tenant", "1", "email", ADDRESS] in rows
    assert ["replies", "1", "month", MONTH] in rows
    assert ["replies", "1", "What has changed?", "My work; My benefits"] in rows


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_table_is_in_the_language_of_the_page_and_marked_for_excel(inside: Reader) -> None:
    table = inside.press("csv", language="cy")

    assert table.data.startswith(codecs.BOM_UTF8)
    assert [
        "replies",
        "1",
        "Beth sydd wedi newid?",
        "Fy ngwaith; Fy mudd-daliadau",
    ] in _rows(table)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_page_is_shown_in_the_other_language(inside: Reader, tenant_id: int) -> None:
    page = inside.press("", go="language-cy")

    assert '<html lang="cy" dir="ltr">' in page.text
    assert "Fy ngwaith" in page.text
    assert ["seen"] == log_of(inside.site, tenant_id)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_formula_in_the_table_is_made_harmless(inside: Reader, tenant_id: int) -> None:
    with inside.site.platform.writing() as session:
        session.get_one(Tenant, tenant_id).housing_association = "=cmd()"

    assert "'=cmd()" in inside.press("csv").text


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_hostile_text_in_the_roster_stays_text(inside: Reader, tenant_id: int) -> None:
    with inside.site.platform.writing() as session:
        session.get_one(Tenant, tenant_id).housing_association = "<script>alert(1)</script>"

    assert "<script>" not in inside.press("back").text


def test_who_opened_a_reply_is_shown_with_the_reason(inside: Reader) -> None:
    with inside.site.platform.writing() as session:
        break_glass.open_reply(
            session,
            open_vault(str(inside.site.folder / "vault")),
            ref="T-001",
            month=MONTH,
            reason="complaint 17: a lost reply",
            by="officer@example.org",
            second="manager@example.org",
            now=inside.site.now,
        )

    page = inside.press("back")

    assert "complaint 17: a lost reply" in page.text
    assert "officer@example.org" not in page.text


def test_replies_that_cannot_be_opened_hide_nothing_else_and_can_be_deleted(
    inside: Reader,
) -> None:
    with inside.site.platform.writing() as session:
        session.scalars(select(Reply)).one().sealed = b"x" * 80

    page = inside.press("back")
    assert "cannot show your replies just now" in page.text
    assert ADDRESS in page.text

    emptied = inside.press("delete-all", sure="yes")
    assert "We hold no reply" in emptied.text
    assert 'value="delete-all"' not in emptied.text


def _rows(table: TestResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))
