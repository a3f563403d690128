"""Whatever is posted, the portal answers calmly, stores nothing half-done and never fails."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit import log
from kit.database import Database
from links.signing import Purpose
from tests.portal.site import A_FULL_REPLY, NOTHING_CHANGED, QUESTIONS, SENT, PortalSite, carried

TEN_MEGABYTES = 10 * 1024 * 1024
FORM = "application/x-www-form-urlencoded"
NAMES = st.sampled_from(["changed", "topics", "step", "go", "stranger", *QUESTIONS]) | st.text()
VALUES = st.sampled_from(["yes", "no", "not-said", "on", "send", "back", "change-work"]) | st.text()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("work", ["ended", "started"], "Choose one answer only"),
        ("work", ["ended", "ended"], "Choose one answer only"),
        ("work", "w" * 5000, "Choose from the answers on this page"),
        ("work", "ended\x00", "Choose from the answers on this page"),
        ("work", "universal-credit", "Choose from the answers on this page"),
        ("support", ["rent", "none"], "by itself, or take it away"),
        ("moving", "moved", "not asked for this month"),
        ("work", "", "Choose one answer, or"),
    ],
)
def test_a_bad_field_is_named_and_the_other_answers_are_kept(
    site: PortalSite, link_id: bytes, field: str, value: str | list[str], says: str
) -> None:
    before = site.every_row()
    data = {**A_FULL_REPLY, field: value, "step": field, "go": "send"}
    page = site.browser.post(site.reply_path(link_id), data=data)
    assert (page.status_code, says in page.text) == (422, True)
    assert carried(page)["topics"] == ["work", "benefits"]
    assert site.every_row() == before


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", FORM),
        (b"changed=\xff\xfe", FORM),
        (b"\x00\x00=\x00", FORM),
        (b'{"changed": "no"}', "application/json"),
        (b"changed=no", "text/plain"),
        (b"changed=no", "multipart/form-data"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"changed=no", "\xff"),
        (b"a=1&" * 3000, FORM),
    ],
)
def test_a_body_that_is_no_form_stores_nothing(
    site: PortalSite, link_id: bytes, body: bytes, content_type: str
) -> None:
    before = site.every_row()
    for path in (site.reply_path(link_id), site.stop_path(link_id)):
        page = site.browser.post(path, data=body, content_type=content_type)
        assert 400 <= page.status_code < 500
    assert site.every_row() == before


@pytest.mark.parametrize("content_type", [FORM, "multipart/form-data; boundary=x"])
def test_ten_megabytes_are_refused(site: PortalSite, link_id: bytes, content_type: str) -> None:
    body = b"changed=" + b"n" * TEN_MEGABYTES
    page = site.browser.post(site.reply_path(link_id), data=body, content_type=content_type)
    assert (page.status_code, "too much for us to read" in page.text) == (413, True)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_answered_calmly(site: PortalSite, link_id: bytes, method: str) -> None:
    page = site.browser.open(site.reply_path(link_id), method=method)
    assert (page.status_code, "We could not read that" in page.text) == (405, True)
    assert {"GET", "HEAD", "POST"} <= set(page.headers["Allow"].split(", "))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(fields=st.lists(st.tuples(NAMES, VALUES), max_size=8))
def test_no_form_makes_the_portal_fail(
    site: PortalSite, link_id: bytes, fields: list[tuple[str, str]]
) -> None:
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    assert site.browser.post(site.reply_path(link_id), data=data).status_code < 500


def test_what_was_typed_is_shown_as_text(site: PortalSite, link_id: bytes) -> None:
    data = {"<script>alert(1)</script>": "x", "changed": '"><script>'}
    page = site.browser.post(site.reply_path(link_id), data=data)
    assert "<script" not in page.text


@pytest.fixture
def written() -> io.StringIO:
    """Everything that goes to the log, formatted as in production."""
    stream = io.StringIO()
    log.configure(json=True, stream=stream)
    return stream


def test_no_token_and_no_answer_reaches_the_log(
    site: PortalSite, link_id: bytes, written: io.StringIO
) -> None:
    reply, stop = site.token(Purpose.REPLY, link_id), site.token(Purpose.STOP, link_id)
    site.browser.get(f"/r/{reply}")
    site.browser.post(f"/r/{reply}", data=SENT)
    site.browser.post(f"/r/{reply}", data=NOTHING_CHANGED)
    site.browser.get(f"/r/{reply[:-1]}")
    site.browser.post(f"/stop/{stop}", data={"choice": "stop"})
    text = written.getvalue()
    assert text.count("/r/<token:token>") == 6
    assert text.count("/stop/<token:token>") == 1
    for secret in (reply, stop, reply[:-1], reply[:22], "universal-credit", "t-001@"):
        assert secret not in text


def test_a_fault_of_ours_is_a_calm_page_and_a_log_line_without_the_token(
    site: PortalSite, link_id: bytes, written: io.StringIO
) -> None:
    """The tables vanish under the portal, as they would in a botched upgrade."""
    _rename_rounds(site.platform, "rounds", "elsewhere")
    try:
        page = site.browser.get(site.reply_path(link_id))
        ready = site.browser.get("/readyz")
    finally:
        _rename_rounds(site.platform, "elsewhere", "rounds")
    assert (page.status_code, "Something went wrong on our side" in page.text) == (500, True)
    assert ready.status_code == 503
    text = written.getvalue()
    assert "request failed" in text
    assert site.token(Purpose.REPLY, link_id)[:22] not in text


def _rename_rounds(database: Database, old: str, new: str) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")
