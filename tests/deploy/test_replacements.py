"""What the deployment test replaces is a place, each where it stands alone, and is listed."""

import pytest

from tests.deploy.replacements import NotAPlace, Replacements


def test_a_folder_and_what_is_below_it_are_replaced_and_listed() -> None:
    places = Replacements({"/etc/checkin": "/srv/a", "/etc/checkin/keys": "/srv/b", "/app": "/c"})

    assert "/srv/b/links /srv/a/x /etc/checkins" == places.put_in(
        "/etc/checkin/keys/links /etc/checkin/x /etc/checkins"
    )
    assert {"/etc/checkin": "/srv/a", "/etc/checkin/keys": "/srv/b"} == places.used


def test_an_endpoint_is_replaced_within_a_url() -> None:
    places = Replacements({"redis:6379": "127.0.0.1:1", "0.0.0.0:8000": "127.0.0.1:2"})

    assert "redis://u:p@127.0.0.1:1/0 127.0.0.1:2" == places.put_in(
        "redis://u:p@redis:6379/0 0.0.0.0:8000"
    )


@pytest.mark.parametrize("shipped", ["production", "CHECKIN_ENV", "https://portal.example.org"])
def test_nothing_else_may_be_replaced(shipped: str) -> None:
    with pytest.raises(NotAPlace):
        Replacements({shipped: "x"})
