"""What mail programs and people do to a link is undone; what changes a token is not."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from links.healing import token_in
from links.signing import Purpose, sign

TOKEN = sign((b"key" * 11,), Purpose.REPLY, bytes(range(16)))
HEAD, TAIL = TOKEN[:40], TOKEN[40:]

STUCK_TO_THE_END = (
    *".)]>/'\",;:!*=%~|}”’»…#",
    *("%20", "%0A", "%0D%0A", "%C2%A0", "%E2%80%8B", "%3D", "=3D", "%2", "%2525", "%3E", "%22"),
    *("&utm_source=x", "&amp;utm_source=x", "%3Futm_source=x", ";jsessionid=1", "%23top"),
    *(").%20Thank%20you", ".Thank%20you", "</a>", '">here', ".html", "//", "%20or%20call%20us"),
)
STUCK_TO_THE_BEGINNING = (
    "%20",
    "<",
    "%3C",
    "(",
    "[",
    '"',
    "'",
    "*",
    "=",
    "=3D",
    "3D%22",
    "%E2%80%8B",
)
BETWEEN_ITS_LINES = (
    *("%0A", "%0D%0A", "%20", "%09", "=%0D%0A", "=0D=0A", "%0D%0A%3E%20", "%0A%20%20"),
    *("%E2%80%8B", "%C2%AD", "%EF%BB%BF", "%E2%81%A0"),
)
DOTS = ("%2E", "%252E", "%25252E", "=2E", "%3D2E")
ALTERED = (
    *("A" + TOKEN, TOKEN + "A", TOKEN + "_", TOKEN + "-", TOKEN[1:], TOKEN[:-1], HEAD, TAIL),
    *(HEAD + "A" + TAIL, HEAD + "." + TAIL, HEAD + "!" + TAIL, HEAD + "!" + TAIL[1:]),
    *(TOKEN + TOKEN, TOKEN + "é", "é" + TOKEN, "A." + TOKEN, TOKEN.replace(".", "")),
    *(TOKEN.replace(".", ".."), TOKEN.replace(".", "-"), TOKEN.replace(".", "/"), TOKEN.swapcase()),
)


@pytest.mark.parametrize("extra", STUCK_TO_THE_END)
def test_what_is_stuck_to_the_end_is_taken_off(extra: str) -> None:
    assert token_in(unquote(TOKEN + extra)) == TOKEN


@pytest.mark.parametrize("extra", STUCK_TO_THE_BEGINNING)
def test_what_is_stuck_to_the_beginning_is_taken_off(extra: str) -> None:
    assert token_in(unquote(extra + TOKEN)) == TOKEN


@pytest.mark.parametrize("between", BETWEEN_ITS_LINES)
def test_a_token_broken_over_two_lines_is_joined(between: str) -> None:
    assert token_in(unquote(HEAD + between + TAIL)) == TOKEN
    assert token_in(unquote(HEAD + between + TAIL + ")%20Thank%20you")) == TOKEN


@pytest.mark.parametrize("dot", DOTS)
def test_a_dot_that_was_encoded_is_decoded(dot: str) -> None:
    assert token_in(unquote(TOKEN.replace(".", dot))) == TOKEN


@pytest.mark.parametrize("altered", ALTERED)
def test_an_altered_token_stays_as_it_came(altered: str) -> None:
    assert token_in(altered) == altered


@given(st.text(max_size=200))
def test_whatever_else_comes_is_left_alone(text: str) -> None:
    assert token_in(text) == text
