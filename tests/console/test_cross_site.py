"""A session ends on the server; a form from another site is refused before anything sees it."""

import pytest

from tests.console.site import AUTHOR, ConsoleSite

ELSEWHERE = "https://elsewhere.example.org"
PLANTED = {"subject": "PLANTED", "opening": f"Tell us at {ELSEWHERE}/"}
FROM_ELSEWHERE = (
    {"Origin": ELSEWHERE, "Sec-Fetch-Site": "cross-site"},
    {"Origin": ELSEWHERE},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)
OUR_OWN: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://localhost"},
    {},
)


def test_signing_out_ends_a_copied_cookie_too(site: ConsoleSite) -> None:
    author = site.signed_in(AUTHOR)
    cookies = "; ".join(
        f"{each.key}={each.value}" for each in (author.client._cookies or {}).values()
    )
    copied = site.app.test_client(use_cookies=False)
    assert 200 == copied.get("/", headers={"Cookie": cookies}).status_code

    author.post("/sign-out", form_at="/")

    assert "/sign-in" in copied.get("/", headers={"Cookie": cookies}).headers["Location"]
    assert 200 == site.signed_in(AUTHOR).get("/").status_code


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
@pytest.mark.parametrize("path", ["/campaigns/2026-12/write", "/sign-in", "/sign-out"])
def test_a_form_of_another_site_is_refused_unseen(
    site: ConsoleSite, path: str, headers: dict[str, str]
) -> None:
    author = site.signed_in(AUTHOR)

    for client in (author.client, site.app.test_client(use_cookies=False)):
        answer = client.post(path, data=PLANTED, headers=headers)
        assert (403, False) == (answer.status_code, "PLANTED" in answer.text)
        assert "Set-Cookie" not in answer.headers
    assert 200 == author.get("/").status_code


@pytest.mark.parametrize("headers", OUR_OWN)
def test_a_form_of_our_own_is_taken(site: ConsoleSite, headers: dict[str, str]) -> None:
    answer = site.app.test_client().post("/sign-in", data={"email": AUTHOR}, headers=headers)

    assert 403 != answer.status_code
