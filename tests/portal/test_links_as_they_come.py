"""Links and one-click stops, as mail programs and people send them."""

import pytest

from links.signing import Purpose
from tests.portal.site import NOTHING_CHANGED, PortalSite

CONTENT_TYPE = "Content-Type"
MULTIPART = "multipart/form-data; boundary=x"
ONE_CLICK_BODIES = (
    ("text/plain;charset=UTF-8", "List-Unsubscribe=One-Click"),
    ("", "List-Unsubscribe=One-Click"),
    ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click\r\n"),
    ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click\n"),
    ("application/x-www-form-urlencoded", " List-Unsubscribe=One-Click "),
    ("application/x-www-form-urlencoded", "List%2DUnsubscribe=One%2DClick"),
    ("application/x-www-form-urlencoded", "list-unsubscribe=one-click"),
    ("application/octet-stream", "List-Unsubscribe=One-Click"),
    ("application/json", '{"List-Unsubscribe": "One-Click"}'),
    (
        "multipart/form-data",
        '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click',
    ),
    (
        MULTIPART,
        '--x\nContent-Disposition: form-data; name="List-Unsubscribe"\n\nOne-Click\n--x--\n',
    ),
    (
        MULTIPART,
        "--x\r\nContent-Disposition: form-data; name=List-Unsubscribe\r\n\r\nOne-Click\r\n--x--",
    ),
    (
        MULTIPART,
        '--y\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--y--',
    ),
    (
        MULTIPART,
        '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n'
        "Content-Type: text/plain\r\n\r\nOne-Click\r\n",
    ),
)
NO_STOP = (
    *("", "\r\n", "One-Click", "List-Unsubscribe", "List-Unsubscribe="),
    *("List-Unsubscribe=One-Clicks", "List-Unsubscribe=No&x=One-Click"),
)


@pytest.mark.parametrize(
    "extra", [".", ")", "%3E", "/", "%20", "&utm_source=x", "%0A", "%2F.", "//"]
)
def test_a_link_with_something_stuck_to_it_opens_and_takes_the_reply(
    site: PortalSite, tenant_id: int, link_id: bytes, extra: str
) -> None:
    path = site.reply_path(link_id)
    assert site.browser.get(path + extra).text == site.browser.get(path).text
    answer = site.browser.post(path + extra, data=NOTHING_CHANGED)
    assert (answer.status_code, len(site.answers_of(tenant_id))) == (200, 1)


def test_a_link_broken_over_two_lines_opens(site: PortalSite, link_id: bytes) -> None:
    token = site.token(Purpose.REPLY, link_id)
    broken = f"/r/{token[:40]}%0D%0A{token[40:]}"
    assert site.browser.get(broken).text == site.browser.get(f"/r/{token}").text


@pytest.mark.parametrize("altered", ["A{}", "{}A", "{}_", "{}{}"])
def test_an_altered_link_opens_nothing(site: PortalSite, link_id: bytes, altered: str) -> None:
    token = site.token(Purpose.REPLY, link_id)
    assert site.browser.get("/r/" + altered.replace("{}", token)).status_code == 404


@pytest.mark.parametrize(("content_type", "body"), ONE_CLICK_BODIES)
def test_one_click_is_obeyed_however_its_words_are_dressed(
    site: PortalSite, tenant_id: int, link_id: bytes, content_type: str, body: str
) -> None:
    path, headers = site.stop_path(link_id), {CONTENT_TYPE: content_type} if content_type else {}
    page = site.browser.post(path, data=body.encode(), headers=headers)
    assert (page.status_code, "Set-Cookie" in page.headers) == (200, False)
    assert site.tenant(tenant_id).stopped


@pytest.mark.parametrize("body", NO_STOP)
def test_a_body_without_the_words_changes_nothing(
    site: PortalSite, tenant_id: int, link_id: bytes, body: str
) -> None:
    page = site.browser.post(
        site.stop_path(link_id), data=body, content_type="application/x-www-form-urlencoded"
    )
    assert page.status_code == 422
    assert not site.tenant(tenant_id).stopped
