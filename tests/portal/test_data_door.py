"""Who gets into “your data”: a code from the inbox, and nothing else."""

import re
from datetime import timedelta

import pytest

from portal.context import EXTENSION
from portal.limits import network
from tenants.models import Tenant
from tests.portal.reader import ADDRESS, Reader


def test_the_page_for_a_code_is_the_same_whatever_the_address(reader: Reader) -> None:
    def shown(address: str) -> tuple[int, str]:
        response = reader.ask(address)
        return response.status_code, response.text.replace(reader.token, "")

    assert shown(ADDRESS) == shown("nobody@example.org")


def test_a_code_opens_everything_that_is_held(reader: Reader) -> None:
    reader.ask()
    page = reader.enter(reader.code())

    assert 200 == page.status_code
    assert "Set-Cookie" not in page.headers
    for fact in (ADDRESS, "Northfield Homes (example)", "December 2026", "This page was opened"):
        assert fact in page.text


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_answer_and_no_token_is_ever_in_an_address(inside: Reader) -> None:
    page = inside.press("back")

    assert {"?"} == set(re.findall('action="([^"]*)"', page.text))
    assert 200 == page.status_code


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_page_changes_nothing(inside: Reader, method: str) -> None:
    before = inside.site.every_row()
    getattr(inside.site.browser, method)(f"/data?visit={inside.token}&step=held&do=erase")

    assert before == inside.site.every_row()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("address", ["", "nobody", "a@b@c", "x" * 400, "\0@example.org", "é@x.org"])
def test_what_is_no_address_is_said_at_its_field(reader: Reader, address: str) -> None:
    page = reader.ask(address)

    assert 422 == page.status_code
    assert "Type an email address" in page.text


def test_a_wrong_code_is_said_and_a_fifth_one_ends_it(reader: Reader) -> None:
    reader.ask()
    right = reader.code()
    pages = [reader.enter("1") for _ in range(5)]

    assert ["not the code" in page.text for page in pages] == [True] * 4 + [False]
    assert "That code or page does not work any more" in reader.enter(right).text


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("token", ["", "x", "a.b", "\0", "é"])
@pytest.mark.parametrize("step", ["code", "held"])
def test_a_token_that_is_not_ours_opens_nothing(reader: Reader, step: str, token: str) -> None:
    reader.token = token
    page = reader.post(step=step, code="1234 5678", do="erase", sure="yes")

    assert (422, True) == (page.status_code, "Ask for a new code" in page.text)


def test_the_token_of_the_code_page_does_not_open_the_data(reader: Reader) -> None:
    reader.ask()
    page = reader.press("json")

    assert (422, True) == (page.status_code, "Ask for a new code" in page.text)


def test_an_open_page_closes_after_half_an_hour(inside: Reader) -> None:
    inside.site.now += timedelta(minutes=30)

    assert 422 == inside.press("json").status_code


def test_a_closed_page_stays_closed(inside: Reader) -> None:
    assert "The page is closed" in inside.press("close").text
    assert 422 == inside.press("json").status_code


def test_an_inbox_alone_opens_nothing_and_a_reference_its_own_account(reader: Reader) -> None:
    with reader.site.platform.writing() as session:
        session.add(
            Tenant(
                tenant_ref="T-002",
                email=ADDRESS,
                housing_association="Riverside Housing (example)",
                language="en",
                monthly_email=True,
                profiling=True,
                changed_at=reader.site.now,
            )
        )
    reader.ask()
    code = reader.code()

    page = reader.enter(code, "")
    assert ("type the reference" in page.text, f'value="{code}"' in page.text) == (True, True)
    assert 'value="T-00&#34;2"' in reader.enter("1", 'T-00"2').text
    page = reader.enter(code, " t-002 ")
    assert "Riverside Housing (example)" in page.text
    assert "Northfield" not in page.text


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_who_asked_too_often_for_one_inbox_waits_and_every_code_is_still_taken(
    reader: Reader,
) -> None:
    reader.ask()
    codes = reader.site.app.extensions[EXTENSION].limits.codes
    while codes.allows((network("127.0.0.1"), ADDRESS), now=reader.site.now):
        pass

    refused = reader.post(step="address", address=ADDRESS)
    assert (429, "30") == (refused.status_code, refused.headers["Retry-After"])
    assert 200 == reader.enter(reader.code()).status_code
    reader.site.now += timedelta(seconds=30)
    assert 200 == reader.ask().status_code


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_strangers_behind_the_same_proxy_lock_nobody_out(reader: Reader) -> None:
    for second in range(700):
        reader.site.now += timedelta(seconds=1)
        assert 200 == reader.ask(f"nobody{second}@example.net").status_code

    assert 200 == reader.ask().status_code
    assert 200 == reader.enter(reader.code()).status_code


def test_a_stranger_stays_a_stranger(inside: Reader) -> None:
    inside.site.new_tenant("T-009")

    assert "t-009" not in inside.press("json").text.lower()
