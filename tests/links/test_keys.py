"""The ring of signing keys in its file."""

from pathlib import Path

import pytest

from kit.errors import BadInput, Refused
from links import keys
from links.signing import Purpose, sign, verify

ID = bytes(range(16))


def test_a_ring_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    ring = tmp_path / "keys" / "links"
    assert keys.create(ring)
    made = keys.load(ring)
    assert not keys.create(ring)
    assert keys.load(ring) == made
    assert ring.stat().st_mode & 0o777 == 0o400


def test_a_rotation_signs_with_a_new_key_and_keeps_live_links(tmp_path: Path) -> None:
    ring = tmp_path / "links"
    keys.create(ring)
    live = sign(keys.load(ring), Purpose.REPLY, ID)
    assert keys.rotate(ring, keep=2) == 2
    assert verify(keys.load(ring), Purpose.REPLY, live) == ID
    assert sign(keys.load(ring), Purpose.REPLY, ID) != live


def test_a_rotation_lets_the_oldest_keys_go(tmp_path: Path) -> None:
    ring = tmp_path / "links"
    keys.create(ring)
    first = keys.load(ring)[0]
    sizes = [keys.rotate(ring, keep=2) for _ in range(3)]
    assert sizes == [2, 3, 3]
    assert first not in keys.load(ring)


def test_a_rotation_that_keeps_nothing_leaves_one_key(tmp_path: Path) -> None:
    ring = tmp_path / "links"
    keys.create(ring)
    old = keys.load(ring)
    assert keys.rotate(ring, keep=0) == 1
    assert not set(old) & set(keys.load(ring))


def test_a_missing_ring_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="run `checkin init`"):
        keys.load(tmp_path / "links")


@pytest.mark.parametrize("content", ["not base64!\n", "c2hvcnQ=\n", "é\n"])
def test_a_line_that_is_no_key_is_named(tmp_path: Path, content: str) -> None:
    ring = tmp_path / "links"
    keys.create(ring)
    good = ring.read_text()
    ring.chmod(0o600)
    ring.write_text(good + content)
    with pytest.raises(BadInput, match="links, line 2: is not a key of 32 bytes"):
        keys.load(ring)


def test_an_empty_ring_is_refused(tmp_path: Path) -> None:
    ring = tmp_path / "links"
    ring.write_text("\n")
    with pytest.raises(BadInput, match="holds no key"):
        keys.load(ring)
