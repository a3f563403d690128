"""Signed links: what is accepted is exactly what was signed, for its purpose, with our keys."""

import string
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import Signer
from itsdangerous.encoding import base64_decode, base64_encode

from kit.ids import new_link_id
from links.errors import LinkInvalid
from links.signing import Purpose, sign, signer, verify

KEYS = (b"old" * 11, b"new" * 11)
ID = bytes(range(16))
ALPHABET = string.ascii_letters + string.digits + "-_"


def is_refused(token: str, *, purpose: Purpose = Purpose.REPLY) -> bool:
    try:
        verify(KEYS, purpose, token)
    except LinkInvalid:
        return True
    return False


@given(st.binary(min_size=16, max_size=16), st.sampled_from(Purpose))
def test_what_was_signed_is_read_back(id_: bytes, purpose: Purpose) -> None:
    assert verify(KEYS, purpose, sign(KEYS, purpose, id_)) == id_


@given(st.binary(min_size=16, max_size=16), st.sampled_from(Purpose))
def test_a_token_is_itsdangerous_own(id_: bytes, purpose: Purpose) -> None:
    theirs = Signer(
        list(KEYS),
        salt=f"checkin.links.{purpose}",
        key_derivation="hmac",
        digest_method=sha256,
    )
    signed = theirs.sign(base64_encode(id_)).decode()
    assert sign(KEYS, purpose, id_) == signed
    assert signer(KEYS, purpose)(id_) == signed


def test_every_other_character_at_every_place_is_refused() -> None:
    token = sign(KEYS, Purpose.REPLY, ID)
    strange = ALPHABET + ".=+/ %\n\x00é"
    accepted = [
        altered
        for place, right in enumerate(token)
        for wrong in strange
        if wrong != right and not is_refused(altered := token[:place] + wrong + token[place + 1 :])
    ]
    assert accepted == []


def test_spare_bits_of_the_last_character_do_not_make_a_second_spelling() -> None:
    token = sign(KEYS, Purpose.REPLY, ID)
    signature = base64_decode(token.rpartition(".")[2])
    twins = [
        token[:-1] + last for last in ALPHABET if base64_decode(token[-43:-1] + last) == signature
    ]
    assert len(twins) == 4
    assert [twin for twin in twins if not is_refused(twin)] == [token]


def test_every_truncation_and_every_insertion_is_refused() -> None:
    token = sign(KEYS, Purpose.REPLY, ID)
    shorter = [token[:length] for length in range(len(token))]
    longer = [
        token[:place] + extra + token[place:]
        for place in range(len(token) + 1)
        for extra in ("A", "=", ".", " ", "\n", "!", "%", "==")
    ]
    assert [token for token in shorter + longer if not is_refused(token)] == []


@given(st.text(max_size=300))
def test_a_text_that_nobody_signed_is_refused_without_another_error(text: str) -> None:
    assert is_refused(text)


@pytest.mark.parametrize("signed_for", Purpose)
@pytest.mark.parametrize("asked_for", Purpose)
def test_a_token_serves_its_own_purpose_only(signed_for: Purpose, asked_for: Purpose) -> None:
    token = sign(KEYS, signed_for, ID)
    assert is_refused(token, purpose=asked_for) == (signed_for is not asked_for)


def test_an_id_of_another_length_is_refused_even_properly_signed() -> None:
    assert is_refused(sign(KEYS, Purpose.REPLY, ID + b"!"))
    assert is_refused(sign(KEYS, Purpose.REPLY, ID[:-1]))


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(LinkInvalid):
        verify([b"another key"], Purpose.REPLY, sign(KEYS, Purpose.REPLY, ID))


def test_the_newest_key_signs_and_every_key_of_the_ring_reads() -> None:
    before = sign(KEYS[:1], Purpose.REPLY, ID)
    assert verify(KEYS, Purpose.REPLY, before) == ID
    with pytest.raises(LinkInvalid):
        verify(KEYS[:1], Purpose.REPLY, sign(KEYS, Purpose.REPLY, ID))
    with pytest.raises(LinkInvalid):
        verify(KEYS[1:], Purpose.REPLY, before)


def test_ids_are_128_random_bits() -> None:
    ids = {new_link_id() for _ in range(1000)}
    assert {len(id_) for id_ in ids} == {16}
    assert len(ids) == 1000
