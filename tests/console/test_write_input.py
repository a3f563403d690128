"""What people paste and attackers type: cleaned, kept or named, and never run."""

import re

import pytest

from tests.console.editing import (
    WRITE,
    begin,
    form_of,
    press,
    saved,
)
from tests.console.site import ConsoleSite, words_of

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_what_word_processors_paste_is_cleaned_or_named(site: ConsoleSite) -> None:
    visitor = begin(site)
    press(visitor, "", opening="One\x0btwo\u2028three\x00 “four” – 👋🏽 שלום", subject="A\r\nB")
    typed = saved(site)
    assert ("One\ntwo\nthree “four” – 👋🏽 שלום", "A B") == (typed.opening, typed.subject)
    answer = press(visitor, "save", opening='<p class="MsoNormal">Hello<o:p></o:p></p>')
    assert 422 == answer.status_code
    assert "MsoNormal" in answer.text


def test_a_tip_of_100_kb_is_kept_and_named(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    bodies = form.getlist("tip_body")
    form.setlist("tip_body", ["word " * 21_000, *bodies[1:]])
    answer = press(visitor, "save", form)
    assert 422 == answer.status_code
    assert "over 102 KB" in words_of(answer)
    assert 200 == visitor.get(WRITE).status_code


HOSTILE = '"><script>alert(1)</script>{{ 7*7 }}{% raw %}</textarea><img src=x onerror=1>'


def test_hostile_text_in_every_field_of_the_editor_stays_text(site: ConsoleSite) -> None:
    visitor = begin(site)
    form = form_of(visitor.get(WRITE).text)
    for name in ("subject", "preheader", "opening", "closing", "question"):
        form[name] = HOSTILE
    form.setlist("tip_title", [HOSTILE])
    form.setlist("tip_body", [HOSTILE])
    answers = [press(visitor, "save", form), visitor.get(WRITE), visitor.get(f"{WRITE}/preview")]
    form["closing"] = f"{HOSTILE} again"
    answers.append(press(visitor, "save", form))
    form["csrf_token"] = "wrong"
    answers.append(press(visitor, "save", form))
    assert [422, 200, 200, 409, 400] == [answer.status_code for answer in answers]
    for answer in answers:
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "49" not in re.sub(r'"[^"]*"', "", words_of(answer))
