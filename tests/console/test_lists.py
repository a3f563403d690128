"""The suppression list, the audit and the staff."""

from datetime import timedelta

from sqlalchemy import select

from campaigns import audit, staff, suppression
from campaigns.models import (
    AuditEntry,
    CampaignState,
    Delivery,
    DeliveryState,
    Feedback,
    Role,
    Suppression,
    SuppressionKind,
)
from console import suppressing
from console.pages.audit import PAGE_SIZE, digest
from tests.console import months
from tests.console.site import ADMIN, ANALYST, APPROVER, AUTHOR, ConsoleSite, words_of

TENANT = "tenant-001@example.org"
MONTH = "2026-12"


def _suppress(site: ConsoleSite, kind: SuppressionKind, address: str = TENANT) -> None:
    with site.campaign.writing() as session:
        suppression.suppress(session, address=address, kind=kind, now=site.clock.now)


def _kinds(site: ConsoleSite, address: str = TENANT) -> set[str]:
    with site.campaign.reading() as session:
        return {row.kind for row in suppression.reasons(session, address)}


def _audited(site: ConsoleSite) -> list[tuple[str, dict[str, object]]]:
    with site.campaign.reading() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()))
        return [(row.action, row.detail) for row in rows]


def test_a_search_finds_exactly_one_address(site: ConsoleSite) -> None:
    _suppress(site, SuppressionKind.BOUNCE)
    visitor = site.signed_in(AUTHOR)
    found = visitor.post(
        "/suppressions/search", form_at="/suppressions", address=" Tenant-001@EXAMPLE.org"
    )
    assert f"{TENANT} is not mailed" in words_of(found)
    part = visitor.post("/suppressions/search", form_at="/suppressions", address="t@example.org")
    assert "t@example.org is not on the list" in words_of(part)


def test_an_address_of_another_alphabet_is_found_by_its_punycode(site: ConsoleSite) -> None:
    _suppress(site, SuppressionKind.BOUNCE, "tenant@xn--bcher-kva.example")
    found = site.signed_in(AUTHOR).post(
        "/suppressions/search", form_at="/suppressions", address="tenant@Bücher.example"
    )
    assert "tenant@xn--bcher-kva.example is not mailed" in words_of(found)


def test_half_an_address_is_not_searched_for(site: ConsoleSite) -> None:
    answer = site.signed_in(AUTHOR).post(
        "/suppressions/search", form_at="/suppressions", address="tenant-001"
    )
    assert answer.status_code == 422
    assert "Enter one whole email address" in answer.text


def test_an_address_is_added_and_lifted_by_hand(site: ConsoleSite) -> None:
    visitor = site.signed_in(AUTHOR)
    visitor.post("/suppressions/add", form_at="/suppressions", address=TENANT)
    assert _kinds(site) == {SuppressionKind.MANUAL}
    assert _audited(site)[0] == ("suppression added", {"address": "t…@example.org"})
    visitor.post("/suppressions/lift", form_at="/suppressions", address=TENANT)
    assert _kinds(site) == set()
    assert _audited(site)[0] == ("suppression lifted", {"address": "t…@example.org"})


def test_only_what_was_added_by_hand_can_be_lifted(site: ConsoleSite) -> None:
    kinds = {
        SuppressionKind.BOUNCE,
        SuppressionKind.COMPLAINT,
        SuppressionKind.DO_NOT_MAIL,
    }
    for kind in kinds:
        _suppress(site, kind)
    answer = site.signed_in(ADMIN).post(
        "/suppressions/lift", form_at="/suppressions", address=TENANT
    )
    assert answer.status_code == 422
    assert "was not added by hand" in words_of(answer)
    assert _kinds(site) == kinds


def test_lifting_a_manual_entry_leaves_the_tenants_own_stop(site: ConsoleSite) -> None:
    _suppress(site, SuppressionKind.MANUAL)
    _suppress(site, SuppressionKind.DO_NOT_MAIL)
    site.signed_in(ADMIN).post("/suppressions/lift", form_at="/suppressions", address=TENANT)
    assert _kinds(site) == {SuppressionKind.DO_NOT_MAIL}


def test_adding_twice_is_said_and_changes_nothing(site: ConsoleSite) -> None:
    visitor = site.signed_in(AUTHOR)
    visitor.post("/suppressions/add", form_at="/suppressions", address=TENANT)
    again = visitor.post("/suppressions/add", form_at="/suppressions", address=TENANT)
    assert "was added by hand before; nothing was changed" in words_of(again)


def test_the_list_is_paged_by_kind(site: ConsoleSite) -> None:
    count = suppressing.PAGE_SIZE + 1
    with site.campaign.writing() as session:
        session.add_all(
            Suppression(
                address=f"tenant-{number:03d}@example.org",
                kind=SuppressionKind.COMPLAINT,
                added_at=site.clock.now + timedelta(seconds=number),
            )
            for number in range(count)
        )
    visitor = site.signed_in(AUTHOR)
    first = visitor.text("/suppressions?kind=complaint")
    assert f"tenant-{count - 1:03d}@example.org" in first
    assert "tenant-000@example.org" not in first
    assert "tenant-000@example.org" in visitor.text("/suppressions?kind=complaint&page=2")
    assert "page 2 of 2" in visitor.text("/suppressions?kind=complaint&page=99")
    assert visitor.get("/suppressions?kind=nonsense&page=x").status_code == 200


def test_no_page_address_holds_an_email_address(site: ConsoleSite) -> None:
    _suppress(site, SuppressionKind.BOUNCE)
    visitor = site.signed_in(ADMIN)
    for path in ("/", "/suppressions", "/audit", "/staff"):
        hrefs = visitor.get(path).text.split('href="')[1:]
        assert [href for href in hrefs if "@" in href.partition('"')[0]] == []


def test_the_audit_is_filtered_by_month_and_person(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        for month, who in (("2026-12", AUTHOR), ("2026-11", AUTHOR), ("2026-12", APPROVER)):
            audit.record(session, who=who, action=f"{who} {month}", now=site.clock.now, month=month)
    visitor = site.signed_in(ADMIN)
    said = visitor.text(f"/audit?month=2026-12&person={digest(AUTHOR)}").capitalize().lower()
    assert f"{AUTHOR} 2026-12" in said
    assert f"{AUTHOR} 2026-11" not in said
    assert f"{APPROVER} 2026-12" not in said


def test_older_entries_are_one_press_away(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        for number in range(PAGE_SIZE + 20):
            audit.record(session, who="check-in", action=f"step {number:03d}", now=site.clock.now)
    visitor = site.signed_in(ADMIN)
    page = visitor.get("/audit").text
    assert "Step 000" not in page
    older = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "Step 000" in visitor.get(older).text


def test_nothing_changes_or_removes_an_audit_row(site: ConsoleSite) -> None:
    methods = {
        method
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith("/audit")
        for method in rule.methods or ()
    }
    assert methods == {"GET", "HEAD", "OPTIONS"}


def test_an_admin_adds_changes_and_removes_staff(site: ConsoleSite) -> None:
    visitor, new = site.signed_in(ADMIN), "second-author@example.org"
    visitor.post("/staff/add", form_at="/staff", email=new, roles=["author"])
    visitor.post("/staff/roles", form_at="/staff", email=new, roles=["author", "approver"])
    with site.campaign.reading() as session:
        assert staff.find(session, new).roles == [Role.APPROVER, Role.AUTHOR]
    visitor.post("/staff/remove", form_at="/staff", email=new)
    assert [action for action, _ in _audited(site)[:3]] == [
        "staff removed",
        "roles changed",
        "staff added",
    ]


def test_a_person_without_a_role_is_refused(site: ConsoleSite) -> None:
    visitor = site.signed_in(ADMIN)
    for path in ("/staff/add", "/staff/roles"):
        answer = visitor.post(path, form_at="/staff", email=ANALYST, roles=["king"])
        assert answer.status_code == 422
        assert "Choose at least one role" in answer.text


def test_an_admin_cannot_lock_themselves_out(site: ConsoleSite) -> None:
    visitor = site.signed_in(ADMIN)
    for path in ("/staff/remove", "/staff/roles"):
        answer = visitor.post(path, form_at="/staff", email=ADMIN, roles=["author"])
        assert "ask another admin" in answer.text
    assert visitor.get("/staff").status_code == 200


def test_an_admin_ends_somebodys_sessions(site: ConsoleSite) -> None:
    theirs = site.signed_in(AUTHOR)
    site.clock.pass_(seconds=1)
    site.signed_in(ADMIN).post("/staff/end-sessions", form_at="/staff", email=AUTHOR)
    assert theirs.get("/").location == "/sign-in"


def _bounced(site: ConsoleSite, detail: str) -> None:
    with site.campaign.writing() as session:
        campaign = months.in_state(session, MONTH, CampaignState.SENDING, now=site.clock.now)
        months.deliver(session, campaign, DeliveryState.SENT, 1, feedback="bounce", address=TENANT)
        delivery = session.scalars(select(Delivery)).one()
        session.add(
            Feedback(
                key="one",
                campaign_id=campaign.id,
                delivery_id=delivery.id,
                attempt_id="attempt",
                kind="Bounce",
                detail=detail,
                is_late=False,
                happened_at=site.clock.now,
            )
        )
    _suppress(site, SuppressionKind.BOUNCE)


def test_a_bounce_says_why_and_is_lifted_with_a_reason(site: ConsoleSite) -> None:
    _bounced(site, "Permanent/NoEmail")
    admin = site.signed_in(ADMIN)
    assert "There is no mailbox of that name." in admin.text("/suppressions?kind=bounce")
    assert "1 : There is no mailbox of that name." in admin.text(f"/campaigns/{MONTH}/bounces")
    found = admin.post("/suppressions/search", form_at="/suppressions", address=TENANT)
    assert "Lift this bounce" in found.text

    admin.post("/suppressions/lift", form_at="/suppressions", address=TENANT, reason="was-full")
    assert _kinds(site) == set()
    because = "the mailbox was full, or its server did not work for a while"
    assert _audited(site)[0] == ("bounce lifted", {"address": "t…@example.org", "because": because})


def test_an_author_cannot_lift_a_bounce(site: ConsoleSite) -> None:
    _bounced(site, "Permanent/Unheard-of")
    author = site.signed_in(AUTHOR)
    found = author.post("/suppressions/search", form_at="/suppressions", address=TENANT)
    assert "Lift this bounce" not in found.text
    assert "Amazon SES calls it “Permanent, Unheard-of”." in words_of(found)
    answer = author.post("/suppressions/lift", form_at="/suppressions", address=TENANT)
    assert 422 == answer.status_code
    assert _kinds(site) == {SuppressionKind.BOUNCE}


def test_a_reason_that_is_not_in_the_list_lifts_nothing(site: ConsoleSite) -> None:
    _bounced(site, "Permanent/General")
    answer = site.signed_in(ADMIN).post(
        "/suppressions/lift", form_at="/suppressions", address=TENANT, reason="because"
    )
    assert 422 == answer.status_code
    assert _kinds(site) == {SuppressionKind.BOUNCE}


def test_a_lifted_bounce_is_not_called_added_by_hand(site: ConsoleSite) -> None:
    _suppress(site, SuppressionKind.BOUNCE)
    approver = site.signed_in(APPROVER)
    approver.post("/suppressions/lift", form_at="/suppressions", address=TENANT)
    said = approver.text("/suppressions")
    assert f"{TENANT} was taken off this list." in said
    assert "lifted from what was added by hand" not in said


def test_a_spam_mark_has_one_name_and_says_why_it_stays(site: ConsoleSite) -> None:
    said = site.signed_in(APPROVER).text("/suppressions?kind=complaint")
    assert "Marked as spam 0" in said
    assert "nobody can lift it here" in said
    assert "Complained" not in said
