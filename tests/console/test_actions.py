"""What staff do to a month: asked first, done once, written into the audit."""

import pytest
from sqlalchemy import select

from campaigns import staff
from campaigns.content.fields import Content
from campaigns.models import AuditEntry, Campaign, CampaignState, Delivery, DeliveryState, Role
from campaigns.planning import drafts
from campaigns.ses import account, sender_identity
from tests.console import months
from tests.console.site import ADMIN, APPROVER, AUTHOR, ConsoleSite, Visitor, words_of

MONTH = "2026-12"


def _state(site: ConsoleSite) -> str:
    with site.campaign.reading() as session:
        return session.scalars(select(Campaign.state)).one()


def _actions(site: ConsoleSite) -> list[tuple[str, str]]:
    with site.campaign.reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.month == MONTH))
        return [(row.who, row.action) for row in rows]


def _seen(visitor: Visitor, path: str) -> str:
    return visitor.get(path).text.partition('name="seen" value="')[2].partition('"')[0]


def _begin(site: ConsoleSite, state: CampaignState) -> None:
    with site.campaign.writing() as session:
        months.in_state(session, MONTH, state, now=site.clock.now)


def _approve(site: ConsoleSite, visitor: Visitor) -> int:
    path = f"/campaigns/{MONTH}/approve"
    return visitor.post(path, form_at=path, seen=_seen(visitor, path)).status_code


def test_an_approver_approves_what_somebody_else_wrote(site: ConsoleSite) -> None:
    _begin(site, CampaignState.DRAFT)
    assert _approve(site, site.signed_in(APPROVER)) == 303
    assert _state(site) == CampaignState.APPROVED
    assert (APPROVER, "approved") in _actions(site)


def test_a_month_that_ses_would_refuse_is_not_approved(site: ConsoleSite) -> None:
    _begin(site, CampaignState.DRAFT)
    with site.campaign.writing() as session:
        problem = "its MAIL FROM domain bounce.example.org is not verified (it is PENDING)"
        sender_identity.store(session, problem, now=site.clock.now)
    visitor = site.signed_in(APPROVER)

    assert problem in words_of(visitor.get(f"/campaigns/{MONTH}"))
    path = f"/campaigns/{MONTH}/approve"
    answer = visitor.post(path, form_at=path, seen=_seen(visitor, path))
    assert (409, True) == (answer.status_code, problem in words_of(answer))
    assert CampaignState.DRAFT == _state(site)


def test_asking_changes_nothing(site: ConsoleSite) -> None:
    _begin(site, CampaignState.DRAFT)
    visitor = site.signed_in(APPROVER)
    for what in ("approve", "cancel"):
        assert visitor.get(f"/campaigns/{MONTH}/{what}").status_code == 200
    assert _state(site) == CampaignState.DRAFT


def test_whoever_wrote_it_is_told_that_somebody_else_approves(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        months.draft(session, MONTH, now=site.clock.now)
        staff.add(session, email=AUTHOR, roles=[Role.APPROVER], by="tests", now=site.clock.now)
    visitor, path = site.signed_in(AUTHOR), f"/campaigns/{MONTH}/approve"
    answer = visitor.post(path, form_at=path, seen=_seen(visitor, path))
    assert answer.status_code == 409
    assert "somebody who did not write it has to approve it" in words_of(answer)
    assert _state(site) == CampaignState.DRAFT


def test_an_approval_of_a_text_that_changed_meanwhile_is_refused(site: ConsoleSite) -> None:
    _begin(site, CampaignState.DRAFT)
    visitor, path = site.signed_in(APPROVER), f"/campaigns/{MONTH}/approve"
    seen = _seen(visitor, path)
    with site.campaign.writing() as session:
        content = drafts.current(session, MONTH).as_json()
        changed = Content.from_json({**content, "closing": "Thank you for reading."})
        drafts.save(session, month=MONTH, content=changed, by=AUTHOR, now=site.clock.now)
    answer = visitor.post(path, form_at=path, seen=seen)
    assert answer.status_code == 409
    assert "The text or the time changed after you opened this page" in words_of(answer)
    assert _state(site) == CampaignState.DRAFT


def test_two_approvals_of_one_text_are_one(site: ConsoleSite) -> None:
    _begin(site, CampaignState.DRAFT)
    visitor, path = site.signed_in(APPROVER), f"/campaigns/{MONTH}/approve"
    seen = _seen(visitor, path)
    assert visitor.post(path, form_at=path, seen=seen).status_code == 303
    again = visitor.post(path, form_at="/suppressions", seen=seen)
    assert again.status_code == 409
    assert "is approved already, so it cannot be approved" in words_of(again)


@pytest.mark.parametrize(
    ("state", "what", "after"),
    [
        (CampaignState.SENDING, "pause", CampaignState.PAUSED),
        (CampaignState.PAUSED, "resume", CampaignState.SENDING),
        (CampaignState.PAUSED, "cancel", CampaignState.CANCELLED),
        (CampaignState.DRAFT, "cancel", CampaignState.CANCELLED),
    ],
)
def test_a_month_is_steered(
    site: ConsoleSite, state: CampaignState, what: str, after: CampaignState
) -> None:
    _begin(site, state)
    visitor, path = site.signed_in(ADMIN), f"/campaigns/{MONTH}/{what}"
    assert visitor.post(path, form_at=path).location == f"/campaigns/{MONTH}"
    assert _state(site) == after
    assert (ADMIN, f"campaign {after}") in _actions(site)


@pytest.mark.parametrize("what", ["pause", "resume", "cancel"])
def test_a_sent_month_cannot_be_steered_any_more(site: ConsoleSite, what: str) -> None:
    _begin(site, CampaignState.SENT)
    visitor, path = site.signed_in(ADMIN), f"/campaigns/{MONTH}/{what}"
    assert visitor.get(path).status_code == 409
    answer = visitor.post(path, form_at="/suppressions")
    assert answer.status_code == 409
    assert "There is a problem" in answer.text
    assert _state(site) == CampaignState.SENT


@pytest.mark.parametrize(
    ("what", "after"),
    [("send-unknown", DeliveryState.QUEUED), ("leave-unknown", DeliveryState.FAILED)],
)
def test_staff_decide_on_what_stays_uncertain(
    site: ConsoleSite, what: str, after: DeliveryState
) -> None:
    with site.campaign.writing() as session:
        campaign = months.in_state(session, MONTH, CampaignState.SENDING, now=site.clock.now)
        months.deliver(session, campaign, DeliveryState.UNKNOWN, 2, cause="ReadTimeoutError")
    visitor, path = site.signed_in(APPROVER), f"/campaigns/{MONTH}/{what}"
    assert visitor.post(path, form_at=path).status_code == 303
    with site.campaign.reading() as session:
        assert session.scalars(select(Delivery.state)).all() == [after, after]


def test_an_unknown_action_is_no_page(site: ConsoleSite) -> None:
    _begin(site, CampaignState.DRAFT)
    assert site.signed_in(ADMIN).get(f"/campaigns/{MONTH}/destroy").status_code == 404


def test_how_long_the_sending_takes_is_said_where_it_is_approved(site: ConsoleSite) -> None:
    now = site.clock.now
    with site.campaign.writing() as session:
        months.draft(session, MONTH, now=now)
        limits = {"max_send_rate": 14.0, "daily_quota": 200.0, "sent_last_day": 0.0}
        account.store_limits(session, limits, now=now)
    visitor = site.signed_in(APPROVER)
    for page in (f"/campaigns/{MONTH}", f"/campaigns/{MONTH}/approve"):
        assert "The window has room for about 400 emails." in words_of(visitor.get(page))


def test_a_month_that_is_over_is_added_up(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        over = months.in_state(session, MONTH, CampaignState.SENT, now=site.clock.now)
        months.deliver(session, over, DeliveryState.SENT, 3)
    page = words_of(site.signed_in(AUTHOR).get(f"/campaigns/{MONTH}"))

    assert "It adds up: each of 3 recipients has an outcome." in page
