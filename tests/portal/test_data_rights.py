"""What the buttons of “your data” do, each at once."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from replies import submissions
from replies.models import DataKey, Reply
from tenants.models import DataSession, Letter, Tenant
from tests.portal.reader import Reader, log_of
from tests.portal.site import A_FULL_REPLY, MONTH, carried

CHANGED: dict[str, Any] = {"changed": "no"}
SHOWN = {"at": "show", "show": "yes", "contact": "letter", "left-out": "benefits"}
CHOICES = {"stop", "resume", "object", "include", "restrict", "unrestrict"}


@pytest.mark.parametrize(
    ("do", "field", "undo"),
    [
        ("stop", "stopped", "resume"),
        ("object", "objected", "include"),
        ("restrict", "restricted", "unrestrict"),
    ],
)
def test_a_choice_takes_effect_at_once_and_can_be_undone(
    inside: Reader, tenant_id: int, do: str, field: str, undo: str
) -> None:
    page = inside.press(do)
    assert getattr(inside.site.tenant(tenant_id), field) is True
    assert f'value="{undo}"' in page.text

    inside.press(undo)
    assert getattr(inside.site.tenant(tenant_id), field) is False
    assert 3 == len(log_of(inside.site, tenant_id))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("standing", "offered"),
    [
        ({}, {"stop", "object", "restrict"}),
        ({"stopped": True}, {"resume", "object", "restrict"}),
        ({"paused_until": date(2027, 3, 3)}, {"stop", "resume", "object", "restrict"}),
        ({"objected": True}, {"stop", "include", "restrict"}),
        ({"restricted": True}, {"stop", "object", "unrestrict"}),
        ({"restricted": True, "stopped": True, "objected": True}, {"unrestrict"}),
        ({"monthly_email": False, "stopped": True}, {"object", "restrict"}),
        ({"profiling": False, "objected": True}, {"stop", "restrict"}),
    ],
)
def test_only_what_can_take_effect_is_offered(
    inside: Reader, tenant_id: int, standing: dict[str, Any], offered: set[str]
) -> None:
    with inside.site.platform.writing() as session:
        tenant = session.get_one(Tenant, tenant_id)
        for name, value in standing.items():
            setattr(tenant, name, value)

    page = inside.press("back")

    assert offered == CHOICES.intersection(re.findall('name="do" value="([^"]+)"', page.text))


def test_a_reply_is_put_right_one_question_at_a_time(inside: Reader, tenant_id: int) -> None:
    held = inside.press(f"change:{MONTH}")
    assert "They will see it as you save it" in held.text
    asked = inside.press(f"change:{MONTH}:change-changed", at="check", **A_FULL_REPLY)
    assert 'value="yes" checked' in asked.text
    looked_over = inside.press(f"change:{MONTH}:on", at="changed", **A_FULL_REPLY | CHANGED)
    assert {"changed": ["no"]}.items() <= carried(looked_over).items()
    assert [A_FULL_REPLY] == inside.site.answers_of(tenant_id)

    page = inside.press(f"change:{MONTH}:send", at="check", **CHANGED)

    assert "We have changed your reply" in page.text
    assert [CHANGED] == inside.site.answers_of(tenant_id)
    assert "You asked us to show it to" not in page.text


def test_a_correction_asks_what_another_answer_brings_with_it(
    inside: Reader, tenant_id: int
) -> None:
    more = A_FULL_REPLY | {"topics": ["work", "benefits", "health"]}

    page = inside.press(f"change:{MONTH}:on", at="topics", **more)

    assert (200, True) == (page.status_code, 'name="health" value="new"' in page.text)
    assert "Save my changes" not in page.text
    assert 422 == inside.press(f"change:{MONTH}:on", at="health", **more).status_code
    assert [A_FULL_REPLY] == inside.site.answers_of(tenant_id)


@pytest.mark.parametrize("button", ["on", "send"])
def test_what_is_wrong_in_a_correction_is_said_and_nothing_lost(
    inside: Reader, tenant_id: int, button: str
) -> None:
    wrong = A_FULL_REPLY | {"topics": ["work", "nonsense"]}

    page = inside.press(f"change:{MONTH}:{button}", at="topics", **wrong)

    assert (422, True) == (page.status_code, "Choose from the answers on this page" in page.text)
    assert 'value="work" checked' in page.text
    assert ["ended"] == carried(page)["work"]
    assert [A_FULL_REPLY] == inside.site.answers_of(tenant_id)


def test_a_reply_is_shown_to_the_association_later_and_once(inside: Reader, tenant_id: int) -> None:
    inside.press(f"take-back:{MONTH}")
    assert {} == shown_to(inside, tenant_id)

    asked = inside.press(f"show:{MONTH}")
    assert "Do you want Northfield Homes (example) to see these answers?" in asked.text
    assert " checked" not in asked.text
    assert 422 == inside.press(f"show:{MONTH}", at="show").status_code
    inside.press(f"show:{MONTH}", at="show", show="no")
    assert {} == shown_to(inside, tenant_id)
    for _ in range(2):
        page = inside.press(f"show:{MONTH}", **SHOWN)
        assert "can now read that reply" in page.text
        assert f'value="take-back:{MONTH}"' in page.text
        assert "Show this to my housing association" not in page.text
        assert "A letter" in page.text
    assert {MONTH: "Northfield Homes (example)"} == shown_to(inside, tenant_id)
    assert ["seen", "reply-taken-back", "reply-shown"] == log_of(inside.site, tenant_id)


def test_what_they_see_and_how_they_call_is_changed_without_taking_it_back(
    inside: Reader, tenant_id: int
) -> None:
    inside.press(f"show:{MONTH}", **SHOWN)
    asked = inside.press(f"show:{MONTH}")
    for chosen in ("yes", "letter", "benefits"):
        assert f'value="{chosen}" checked' in asked.text

    page = inside.press(f"show:{MONTH}", at="show", show="yes", contact=["text", "not-at-home"])
    for said in ("A text message", "Do not contact me at home"):
        assert said in page.text
    assert "A letter" not in page.text
    assert {MONTH: "Northfield Homes (example)"} == shown_to(inside, tenant_id)

    page = inside.press(f"show:{MONTH}", at="show", show="no")
    assert "no longer sees that reply" in page.text
    assert {} == shown_to(inside, tenant_id)


def test_what_tells_of_nothing_or_is_paused_is_not_shown(inside: Reader, tenant_id: int) -> None:
    inside.press(f"take-back:{MONTH}")
    inside.press("restrict")
    paused = inside.press(f"show:{MONTH}", **SHOWN)
    inside.press("unrestrict")
    inside.press(f"change:{MONTH}:send", at="changed", **CHANGED)
    nothing = inside.press(f"show:{MONTH}", **SHOWN)
    none = inside.press("show:2026-11", **SHOWN)

    for page in (paused, nothing, none):
        assert (200, False) == (page.status_code, "can now read" in page.text)
        assert 'value="show:' not in page.text
    assert {} == shown_to(inside, tenant_id)


@pytest.mark.parametrize("do", ["show", "change"])
def test_what_cannot_be_opened_is_neither_shown_nor_put_right(
    inside: Reader, tenant_id: int, do: str
) -> None:
    inside.press(f"take-back:{MONTH}")
    with inside.site.platform.writing() as session:
        session.delete(session.get_one(DataKey, tenant_id))

    assert "We cannot show your replies just now" in inside.press(f"{do}:{MONTH}").text
    assert {} == shown_to(inside, tenant_id)


def shown_to(inside: Reader, tenant_id: int) -> dict[str, str]:
    with inside.site.platform.reading() as session:
        return submissions.shown_to(session, tenant_id)


def test_the_association_stops_seeing_a_reply_that_is_taken_back(
    inside: Reader, tenant_id: int
) -> None:
    page = inside.press(f"take-back:{MONTH}")

    assert "no longer sees" in page.text
    assert "You asked us to show it to" not in page.text
    assert [A_FULL_REPLY] == inside.site.answers_of(tenant_id)


@pytest.mark.parametrize("do", [f"delete:{MONTH}", "delete-all", "erase"])
def test_nothing_is_deleted_before_the_tenant_is_sure(
    inside: Reader, tenant_id: int, do: str
) -> None:
    first, second = inside.press(do), inside.press(do, asked="yes")

    assert (200, 422) == (first.status_code, second.status_code)
    assert "Tick the box if you are sure" in second.text
    assert [A_FULL_REPLY] == inside.site.answers_of(tenant_id)


@pytest.mark.parametrize("do", [f"delete:{MONTH}", "delete-all"])
def test_deleted_replies_are_gone(inside: Reader, tenant_id: int, do: str) -> None:
    page = inside.press(do, sure="yes")

    assert "We hold no reply of yours" in page.text
    with inside.site.platform.reading() as session:
        assert [] == session.scalars(select(Reply)).all()
        assert (do == "delete-all") == (session.get(DataKey, tenant_id) is None)


def test_everything_is_deleted(inside: Reader) -> None:
    page = inside.press("erase", sure="yes")

    assert "We have deleted everything" in page.text
    with inside.site.platform.reading() as session:
        for table in (Tenant, Reply, DataKey, DataSession, Letter):
            assert [] == session.scalars(select(table)).all()
    assert 422 == inside.press("json").status_code


def test_a_person_is_asked_once_and_the_last_day_for_an_answer_is_shown(
    inside: Reader, tenant_id: int
) -> None:
    inside.press("ask")
    page = inside.press("ask")

    assert "answer due by 3 January 2027" in page.text
    assert ["seen", "asked-a-person"] == log_of(inside.site, tenant_id)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "do",
    [
        "",
        "nonsense",
        "delete:",
        "delete:2026-99",
        "change:",
        "change:x",
        "change:2027-01:on",
        "stop:1",
    ],
)
def test_a_button_that_is_not_there_does_nothing(inside: Reader, do: str) -> None:
    before = inside.site.every_row()

    assert inside.press(do, sure="yes").status_code in {200, 422}
    assert before == inside.site.every_row()


def test_two_tabs_do_one_thing_each(inside: Reader, tenant_id: int) -> None:
    inside.press(f"delete:{MONTH}", sure="yes")

    assert "What we hold about you" in inside.press(f"change:{MONTH}").text
    assert "What we hold about you" in inside.press(f"delete:{MONTH}", sure="yes").text
    assert 1 == log_of(inside.site, tenant_id).count("reply-deleted")
