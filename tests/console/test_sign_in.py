"""Sign-in by a one-time link."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from campaigns import staff
from campaigns.models import AuditEntry, SignIn
from console import sign_in
from console.sessions import ABSOLUTE_LIMIT, IDLE_LIMIT
from kit.database import Database
from kit.errors import NotFound
from links import keys as key_ring
from links import signing
from links.signing import Purpose
from tests.console import site as sites
from tests.console.site import AUTHOR, ConsoleSite, words_of

STRANGER = "stranger@example.org"


def test_a_link_signs_in_once_only(site: ConsoleSite) -> None:
    link = site.link(AUTHOR)
    first = site.visitor()
    second = site.visitor()
    assert first.post(link, form_at=link).location == "/"
    assert first.get("/").status_code == 200
    late = second.post(link, form_at="/sign-in")
    assert late.status_code == 410
    assert second.get("/").location == "/sign-in"


def test_opening_a_link_changes_nothing(site: ConsoleSite) -> None:
    link = site.link(AUTHOR)
    for _ in range(3):
        assert site.visitor().get(link).status_code == 200
    visitor = site.visitor()
    assert visitor.post(link, form_at=link).status_code == 303


def test_a_link_expires_after_fifteen_minutes(site: ConsoleSite) -> None:
    link = site.link(AUTHOR)
    site.clock.pass_(minutes=14, seconds=59)
    assert site.visitor().get(link).status_code == 200
    site.clock.pass_(seconds=1)
    assert site.visitor().get(link).status_code == 410
    assert site.visitor().post(link, form_at="/sign-in").status_code == 410


@pytest.mark.parametrize("spoil", [lambda t: t[:-4], lambda t: "A" + t[1:], lambda t: t + "x"])
def test_an_altered_link_opens_nothing(site: ConsoleSite, spoil: object) -> None:
    assert callable(spoil)
    broken = "/sign-in/" + spoil(site.link(AUTHOR).removeprefix("/sign-in/"))
    assert site.visitor().get(broken).status_code == 410
    assert site.visitor().post(broken, form_at="/sign-in").status_code == 410


@pytest.mark.parametrize("purpose", [Purpose.REPLY, Purpose.STOP])
def test_a_link_of_another_purpose_opens_nothing(site: ConsoleSite, purpose: Purpose) -> None:
    site.link(AUTHOR)
    with site.campaign.reading() as session:
        link_id = session.scalars(select(SignIn.id)).one()
    path = f"/sign-in/{signing.sign(site.keys, purpose, link_id)}"
    assert site.visitor().post(path, form_at="/sign-in").status_code == 410


def test_a_link_of_another_ring_opens_nothing(site: ConsoleSite, tmp_path: Path) -> None:
    key_ring.create(tmp_path / "other")
    with site.campaign.writing() as session:
        link = sign_in.new_link(
            session,
            email=AUTHOR,
            keys=key_ring.load(tmp_path / "other"),
            console_url="",
            now=site.clock.now,
        )
    assert site.visitor().post(link, form_at="/sign-in").status_code == 410


def test_the_link_is_mailed_to_staff(site: ConsoleSite) -> None:
    visitor = site.visitor()
    visitor.post("/sign-in", form_at="/sign-in", email="  Author@Example.org ")
    ((to, link),) = site.letters.sent
    assert to == AUTHOR
    assert visitor.get(link.removeprefix(site.settings.console_url)).status_code == 200


def test_a_stranger_sees_the_same_page_as_staff(site: ConsoleSite) -> None:
    answers = [
        site.visitor().post("/sign-in", form_at="/sign-in", email=email)
        for email in (AUTHOR, STRANGER)
    ]
    assert answers[0].status_code == answers[1].status_code == 200
    assert words_of(answers[0]) == words_of(answers[1])
    assert list(answers[0].headers.keys()) == list(answers[1].headers.keys())
    assert [to for to, _ in site.letters.sent] == [AUTHOR]


def test_an_address_gets_three_links_in_fifteen_minutes(site: ConsoleSite) -> None:
    for _ in range(5):
        answer = site.visitor().post("/sign-in", form_at="/sign-in", email=AUTHOR)
        assert answer.status_code == 200
    assert len(site.letters.sent) == sign_in.LIVE_LINKS_MAX
    site.clock.pass_(minutes=15)
    site.visitor().post("/sign-in", form_at="/sign-in", email=AUTHOR)
    assert len(site.letters.sent) == sign_in.LIVE_LINKS_MAX + 1


def test_strangers_behind_the_same_proxy_lock_nobody_out(site: ConsoleSite) -> None:
    for number in range(100):
        answer = site.visitor().post(
            "/sign-in", form_at="/sign-in", email=f"nobody{number}@example.net"
        )
        assert 200 == answer.status_code

    site.visitor().post("/sign-in", form_at="/sign-in", email=AUTHOR)
    assert [AUTHOR] == [to for to, _ in site.letters.sent]


def test_somebody_elses_requests_leave_the_links_that_were_sent(site: ConsoleSite) -> None:
    for _ in range(20):
        site.visitor().post("/sign-in", form_at="/sign-in", email=AUTHOR)

    (*_, (_, link)) = site.letters.sent
    path = link.removeprefix(site.settings.console_url)
    assert 303 == site.visitor().post(path, form_at=path).status_code


def test_an_idle_session_ends(site: ConsoleSite) -> None:
    visitor = site.signed_in(AUTHOR)
    for _ in range(3):
        site.clock.pass_(minutes=29)
        assert visitor.get("/").status_code == 200
    site.clock.now += IDLE_LIMIT
    assert visitor.get("/").location == "/sign-in"


def test_a_busy_session_ends_after_twelve_hours(site: ConsoleSite) -> None:
    visitor = site.signed_in(AUTHOR)
    ends = site.clock.now + ABSOLUTE_LIMIT
    while site.clock.now + IDLE_LIMIT / 2 < ends:
        site.clock.now += IDLE_LIMIT / 2
        assert visitor.get("/").status_code == 200
    site.clock.now = ends
    assert visitor.get("/").location == "/sign-in"


def test_a_page_that_refreshes_itself_does_not_keep_a_session_alive(site: ConsoleSite) -> None:
    visitor = site.signed_in(AUTHOR)
    for _ in range(3):
        site.clock.pass_(minutes=10)
        visitor.get("/", **{"X-Checkin-Background": "1"})
    assert visitor.get("/", **{"X-Checkin-Background": "1"}).status_code == 401


def test_signing_in_goes_on_to_the_page_that_was_wanted(site: ConsoleSite) -> None:
    visitor, link = site.visitor(), site.link(AUTHOR)
    assert visitor.get("/audit?month=2026-12").location == "/sign-in"
    assert visitor.post(link, form_at=link).location == "/audit?month=2026-12"


def test_signing_in_never_leads_to_another_site(site: ConsoleSite) -> None:
    visitor, link = site.visitor(), site.link(AUTHOR)
    visitor.get("//evil.example/")
    assert visitor.post(link, form_at=link).location == "/"


def test_signing_out_ends_this_session_and_no_other(site: ConsoleSite) -> None:
    visitor, other = site.signed_in(AUTHOR), site.signed_in(AUTHOR)
    site.clock.pass_(seconds=1)
    visitor.post("/sign-out", form_at="/")
    assert visitor.get("/").location == "/sign-in"
    assert other.get("/").status_code == 200


def test_of_sessions_that_were_ended_only_those_that_could_go_on_are_remembered(
    site: ConsoleSite,
) -> None:
    for _ in range(3):
        site.signed_in(AUTHOR).post("/sign-out", form_at="/")
        site.clock.pass_(hours=7)
    with site.campaign.reading() as session:
        assert 2 == len(staff.find(session, AUTHOR).signed_out.splitlines())


def test_signing_out_everywhere_ends_every_session_and_withdraws_links(site: ConsoleSite) -> None:
    visitor, other, unused = site.signed_in(AUTHOR), site.signed_in(AUTHOR), site.link(AUTHOR)
    visitor.post("/sign-out-everywhere", form_at="/sign-out-everywhere")
    assert [each.get("/").location for each in (visitor, other)] == ["/sign-in"] * 2
    assert site.visitor().get(unused).status_code == 410
    site.clock.pass_(seconds=1)
    assert site.signed_in(AUTHOR).get("/").status_code == 200


def test_a_session_lives_through_a_key_rotation(
    campaign_db: Database, tmp_path: Path, now: datetime
) -> None:
    before = sites.build(campaign_db, tmp_path, now)
    visitor = before.signed_in(AUTHOR)
    cookie = visitor.client.get_cookie("checkin-console")
    assert cookie is not None
    key_ring.rotate(before.settings.secret_key_file, keep=1)
    after = sites.build(campaign_db, tmp_path, now).visitor()
    after.client.set_cookie("checkin-console", cookie.value)
    assert after.get("/").status_code == 200


def test_a_cookie_that_was_altered_is_nobody(site: ConsoleSite) -> None:
    visitor = site.signed_in(AUTHOR)
    cookie = visitor.client.get_cookie("checkin-console")
    assert cookie is not None
    visitor.client.set_cookie("checkin-console", "x" + cookie.value[1:])
    assert visitor.get("/").location == "/sign-in"


def test_cookies_are_out_of_reach_of_script_and_other_sites(
    campaign_db: Database, tmp_path: Path, now: datetime
) -> None:
    site = sites.build(campaign_db, tmp_path, now, console_url="https://console.example.org")
    visitor = site.visitor()
    set_cookie = visitor.get("/sign-in").headers["Set-Cookie"]
    assert set_cookie.startswith("__Host-checkin-console=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(set_cookie.split("; "))


def test_each_sign_in_is_in_the_audit(site: ConsoleSite) -> None:
    site.signed_in(AUTHOR)
    with site.campaign.reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "signed in")).all()
    assert [row.who for row in rows] == [AUTHOR]


def test_a_link_is_made_for_staff_only(site: ConsoleSite) -> None:
    with pytest.raises(NotFound), site.campaign.writing() as session:
        sign_in.new_link(
            session, email=STRANGER, keys=site.keys, console_url="", now=site.clock.now
        )
