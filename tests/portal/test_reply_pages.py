"""The monthly form, on both databases."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from kit.templating import TEMPLATES
from links import keys
from links.signing import Purpose
from tenants.models import Tenant
from tenants.rights import rights
from tenants.roster import moves
from tests.portal.site import (
    A_FULL_REPLY,
    AFTER_CLOSING,
    NOTHING_CHANGED,
    SENT,
    PortalSite,
    carried,
)

DIGEST = re.compile(r"(?<= )[0-9a-f]{64}(?=\")")
"""In the token that takes a reply back; only the portal can tell what is in it."""
STATIC = TEMPLATES / "portal" / "static"
SCANNER_HEADERS = (
    {"Purpose": "prefetch"},
    {"Sec-Purpose": "prefetch;prerender"},
    {"User-Agent": "GoogleImageProxy"},
)


def test_a_tenant_is_led_from_question_to_question_to_thank_you(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    path, browser = site.reply_path(link_id), site.browser
    page = browser.get(path)
    assert "<h1>Has anything changed since our last check-in on 2 November?</h1>" in page.text
    assert "December 2026" in page.text
    walk: list[tuple[str, str | list[str], str]] = [
        ("changed", "yes", "What has changed?"),
        ("topics", ["work", "benefits"], "What has changed about your work?"),
        ("work", "ended", "When does your pay change?"),
        ("work-when", "now", "What has changed about your benefits?"),
        ("benefits", "waiting", "Which benefits are they?"),
        ("benefits-which", ["universal-credit", "housing"], "What help would you like?"),
        ("support", ["rent", "debts"], "Check your answers"),
    ]
    for question, answer, heading in walk:
        page = browser.post(path, data={**carried(page), question: answer, "go": "on"})
        assert (page.status_code, heading in page.text) == (200, True)
    page = browser.post(path, data={**carried(page), "go": "send"})
    page = browser.post(path, data={**carried(page), "show": "no", "go": "send"})
    assert (page.status_code, "We have your answers" in page.text) == (200, True)
    assert site.answers_of(tenant_id) == [A_FULL_REPLY]


def test_no_change_is_done_in_one_more_press(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    path, browser = site.reply_path(link_id), site.browser
    page = browser.post(path, data={"changed": "no", "step": "changed", "go": "on"})
    assert "Check your answers" in page.text
    assert browser.post(path, data={**carried(page), "go": "send"}).status_code == 200
    assert site.answers_of(tenant_id) == [{"changed": "no"}]


def test_a_page_passed_over_says_so_and_keeps_the_other_answers(
    site: PortalSite, link_id: bytes
) -> None:
    data = {"changed": "yes", "topics": ["work"], "step": "work", "go": "on"}
    page = site.browser.post(site.reply_path(link_id), data=data)
    assert page.status_code == 422
    assert "<title>Error: What has changed about your work?" in page.text
    assert "Choose one answer, or “Prefer not to say”" in page.text
    assert carried(page) == {"changed": ["yes"], "topics": ["work"], "step": ["work"]}


def test_change_leads_back_to_a_question_with_its_answer_chosen(
    site: PortalSite, link_id: bytes
) -> None:
    data = {**A_FULL_REPLY, "step": "check", "go": "change-work"}
    page = site.browser.post(site.reply_path(link_id), data=data)
    assert 'value="ended" checked' in page.text
    assert carried(page)["support"] == ["rent", "debts"]
    assert "work" not in carried(page)


def test_back_leads_to_the_question_before(site: PortalSite, link_id: bytes) -> None:
    data = {"changed": "yes", "topics": ["work"], "step": "work", "go": "back"}
    page = site.browser.post(site.reply_path(link_id), data=data)
    assert (page.status_code, carried(page)["step"]) == (200, ["topics"])


def test_nothing_is_stored_before_the_last_press(site: PortalSite, link_id: bytes) -> None:
    before = site.every_row()
    for go in ("on", "back", "change-work"):
        site.browser.post(site.reply_path(link_id), data={**A_FULL_REPLY, "step": "work", "go": go})
    assert site.every_row() == before


def test_a_spent_link_stores_nothing(site: PortalSite, tenant_id: int, link_id: bytes) -> None:
    path = site.reply_path(link_id)
    site.browser.post(path, data=NOTHING_CHANGED)
    page = site.browser.post(path, data=SENT)
    assert page.status_code == 200
    assert site.answers_of(tenant_id) == [{"changed": "no"}]


def test_a_post_says_the_same_whoever_the_link_belongs_to_and_whether_it_was_used(
    site: PortalSite,
) -> None:
    tenants = [site.new_tenant(f"T-20{number}") for number in range(6)]
    _unused, spent, objector, restricted, erased, moved = tenants
    links = {tenant: site.new_link(tenant) for tenant in tenants}
    site.browser.post(site.reply_path(links[spent]), data=NOTHING_CHANGED)
    with site.platform.writing() as session:
        rights.object_(session, session.get_one(Tenant, objector), now=site.now)
        rights.restrict(session, session.get_one(Tenant, restricted), now=site.now)
        rights.erase(session, session.get_one(Tenant, erased), now=site.now)
        moves.leave_inbox(session, [moved], today=site.now.date())
    for data in (NOTHING_CHANGED, {**SENT, "show": "yes", "contact": "phone"}):
        pages = [site.browser.post(site.reply_path(links[each]), data=data) for each in tenants]
        assert {200} == {page.status_code for page in pages}
        assert len({DIGEST.sub("", page.text) for page in pages}) == 1
        assert len({str(page.headers) for page in pages}) == 1


def test_the_last_page_fits_the_answers_and_a_bare_visit_claims_nothing(
    site: PortalSite, link_id: bytes
) -> None:
    letter = {"changed": "yes", "topics": "rent", "rent": "letter", "rent-court": "soon"}
    data = {
        **letter,
        "rent-plan": "no",
        "support": "none",
        "go": "send",
        "step": "show",
        "show": "no",
    }
    page = site.browser.post(site.reply_path(link_id), data=data).text
    assert page.index("Samaritans") < page.index("Universal Credit") < page.index("Shelter")
    assert page.index("Shelter") < page.index("MoneyHelper")
    bare = site.browser.get("/sent").text
    assert "We have your answers" not in bare
    assert "This page has stored nothing" in bare


def test_an_erased_tenant_s_link_answers_as_a_spent_one(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    spent = site.new_link(site.new_tenant("T-002"))
    site.browser.post(site.reply_path(spent), data=NOTHING_CHANGED)
    with site.platform.writing() as session:
        rights.erase(session, session.get_one(Tenant, tenant_id), now=site.now)
    erased_says, spent_says = (
        site.browser.post(site.reply_path(link), data=NOTHING_CHANGED) for link in (link_id, spent)
    )
    assert erased_says.status == spent_says.status
    assert DIGEST.sub("", erased_says.text) == DIGEST.sub("", spent_says.text)
    assert site.answers_of(tenant_id) == []


def test_opening_a_link_shows_the_same_bytes_whoever_it_belonged_to(site: PortalSite) -> None:
    tenants = [site.new_tenant(f"T-10{number}") for number in range(6)]
    _unused, spent, objector, stopped, erased, moved = tenants
    links = {tenant: site.new_link(tenant) for tenant in tenants}
    site.browser.post(site.reply_path(links[spent]), data=NOTHING_CHANGED)
    with site.platform.writing() as session:
        rights.object_(session, session.get_one(Tenant, objector), now=site.now)
        rights.stop(session, session.get_one(Tenant, stopped), now=site.now)
        rights.erase(session, session.get_one(Tenant, erased), now=site.now)
        moves.leave_inbox(session, [moved], today=site.now.date())
    pages = [site.browser.get(site.reply_path(links[tenant])) for tenant in tenants]
    assert len({page.data for page in pages}) == 1
    assert len({str(page.headers) for page in pages}) == 1


def test_opening_a_link_changes_nothing(site: PortalSite, link_id: bytes) -> None:
    before = site.every_row()
    for path in (site.reply_path(link_id), site.stop_path(link_id)):
        for headers in SCANNER_HEADERS:
            assert site.browser.get(path, headers=headers).status_code == 200
            assert site.browser.head(path, headers=headers).status_code == 200
        assert site.browser.options(path).status_code == 200
    assert site.every_row() == before


def test_pressing_every_button_without_choosing_changes_nothing(
    site: PortalSite, link_id: bytes
) -> None:
    before = site.every_row()
    path = site.reply_path(link_id)
    for go in ("on", "send", "back"):
        site.browser.post(path, data={**carried(site.browser.get(path)), "go": go})
    assert site.browser.post(site.stop_path(link_id), data={}).status_code == 422
    assert site.every_row() == before


def test_fifty_replies_at_once_are_one_reply(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    path = site.reply_path(link_id)
    with ThreadPoolExecutor(50) as pool:
        posts = [pool.submit(site.browser.post, path, data=NOTHING_CHANGED) for _ in range(50)]
        codes = sorted(post.result().status_code for post in posts)
    assert codes == [200] * 50
    assert site.answers_of(tenant_id) == [{"changed": "no"}]


def test_no_page_sets_a_cookie_runs_a_script_or_asks_a_third_party(
    site: PortalSite, link_id: bytes
) -> None:
    for path in (site.reply_path(link_id), site.stop_path(link_id), "/privacy", "/sent", "/none"):
        page = site.browser.get(path)
        assert "Set-Cookie" not in page.headers
        assert len(page.headers) == len(set(page.headers.keys()))
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] in {"no-store", "private, no-cache"}
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert re.findall(r"<script|<iframe| style=| on[a-z]+=| src=", page.text) == []


def test_the_form_and_all_it_loads_stay_under_twelve_kilobytes(
    site: PortalSite, link_id: bytes
) -> None:
    page = site.browser.get(site.reply_path(link_id))
    stylesheet, icon = (STATIC / name for name in ("portal.css", "icon.svg"))
    assert len(page.data) + stylesheet.stat().st_size + icon.stat().st_size < 12 * 1024


@pytest.mark.parametrize(
    "alter",
    [
        pytest.param(lambda token: token[:-3], id="truncated"),
        pytest.param(lambda token: f"x{token}", id="lengthened"),
        pytest.param(lambda token: token.swapcase(), id="in another case"),
        pytest.param(lambda _: "%C3%A9" * 40, id="not ASCII"),
        pytest.param(lambda _: "%ff%fe.%ff", id="not UTF-8"),
        pytest.param(lambda _: "a" * 5000, id="far too long"),
    ],
)
def test_an_altered_link_is_answered_calmly(
    site: PortalSite, link_id: bytes, alter: Callable[[str], str]
) -> None:
    page = site.browser.get(f"/r/{alter(site.token(Purpose.REPLY, link_id))}")
    assert (page.status_code, "This link does not work" in page.text) == (404, True)
    assert 'href="/data"' in page.text


def test_a_link_of_another_purpose_does_not_open_the_form(site: PortalSite, link_id: bytes) -> None:
    page = site.browser.get(f"/r/{site.token(Purpose.STOP, link_id)}")
    assert (page.status_code, "This link does not work" in page.text) == (404, True)


def test_a_link_that_was_never_issued_is_answered_calmly(site: PortalSite) -> None:
    page = site.browser.get(site.reply_path(bytes(16)))
    assert (page.status_code, "This link is no longer in use" in page.text) == (404, True)


def test_a_closed_month_takes_no_reply(site: PortalSite, link_id: bytes) -> None:
    site.now = AFTER_CLOSING
    before = site.every_row()
    path = site.reply_path(link_id)
    for page in (site.browser.get(path), site.browser.post(path, data=NOTHING_CHANGED)):
        assert (page.status_code, "check-in has closed" in page.text) == (410, True)
    assert site.every_row() == before


def test_a_link_opens_after_its_key_was_followed_by_another(
    site: PortalSite, link_id: bytes
) -> None:
    path = site.reply_path(link_id)
    keys.rotate(site.folder / "links", keep=2)
    assert site.browser.get(path).status_code == 200
    assert site.browser.get(site.reply_path(link_id)).status_code == 200
    assert site.reply_path(link_id) != path


def test_a_fresh_link_s_reply_takes_the_place_of_the_first(
    site: PortalSite, tenant_id: int, link_id: bytes
) -> None:
    site.browser.post(site.reply_path(link_id), data=NOTHING_CHANGED)
    fresh = site.new_link(tenant_id)
    site.browser.post(site.reply_path(fresh), data=SENT)
    assert site.answers_of(tenant_id) == [A_FULL_REPLY]


def test_an_answer_at_fault_keeps_those_that_hang_on_it(site: PortalSite, link_id: bytes) -> None:
    wrong = {**A_FULL_REPLY, "topics": ["work", "benefits", "not-said"], "step": "topics"}
    page = site.browser.post(site.reply_path(link_id), data={**wrong, "go": "on"})
    kept = {key: A_FULL_REPLY[key] for key in ("benefits-which", "support")}
    assert page.status_code == 422
    assert kept.items() <= carried(page).items()
    assert carried(page)["work-when"] == ["now"]
