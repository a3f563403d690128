"""Bad input at every form, and two people who act in the same moment."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from campaigns import handover
from campaigns.content.compile import compile_message
from campaigns.handover import PublishedQuestion
from campaigns.models import Approval, CampaignState
from campaigns.planning import drafts
from campaigns.writing import versions
from tests.console import months
from tests.console.editing import MONTH, WRITE, begin, form_of
from tests.console.site import ADMIN, APPROVER, AUTHOR, CSRF, PEOPLE, ConsoleSite
from tests.console.test_access import path_of, rules_of

HOSTILE = "\"'><script>alert(1)</script>{{ 7*7 }}{% raw %}\u202e\x00👋🏽"
FIELDS = (
    *("subject", "preheader", "opening", "closing", "question", "tip_title", "tip_body", "base"),
    *("do", "starter", "another", "day", "time", "hours", "rule", "send_time", "days", "seen"),
    *("address", "email", "roles"),
)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", [AUTHOR, APPROVER, ADMIN])
def test_no_form_runs_what_it_was_given_or_breaks(site: ConsoleSite, who: str) -> None:
    begin(site)
    visitor = site.signed_in(who)
    token = CSRF.search(visitor.get("/sign-out-everywhere").text)
    assert token is not None
    data = dict.fromkeys(FIELDS, HOSTILE) | {"csrf_token": token[1]}
    for rule, _ in rules_of(site.app):
        if "POST" in (rule.methods or ()) and not rule.endpoint.startswith("sign_in."):
            answer = visitor.client.post(path_of(rule), data=data)
            assert (rule.endpoint, answer.status_code < 500) == (rule.endpoint, True)
            assert "<script>alert" not in answer.text
    for path in ("/", f"/campaigns/{MONTH}", f"/campaigns/{MONTH}/versions", "/audit", "/series"):
        page = visitor.get(path)
        assert (200, False) == (page.status_code, "<script>alert" in page.text)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_hostile_question_of_the_platform_stays_text(site: ConsoleSite) -> None:
    visitor = begin(site)
    preview = {"hint": HOSTILE, "options": [HOSTILE], "follow_ups": []}
    with site.campaign.writing() as session:
        handover.publish_questions(session, [PublishedQuestion("work", 1, HOSTILE[:80], preview)])
    for path in (WRITE, f"/campaigns/{MONTH}"):
        assert "<script>alert" not in visitor.get(path).text


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", list(PEOPLE))
def test_each_role_opens_its_own_pages_and_no_others(site: ConsoleSite, who: str) -> None:
    with site.campaign.writing() as session:
        months.draft(session, MONTH, now=site.clock.now)
    visitor, role = site.signed_in(who), PEOPLE[who]
    for rule, allowed in rules_of(site.app):
        if "GET" in (rule.methods or ()) and allowed:
            code = visitor.get(path_of(rule)).status_code
            assert (rule.endpoint, code == 403) == (rule.endpoint, role not in allowed)


def test_an_edit_and_an_approval_in_one_moment_never_approve_what_nobody_read(
    site: ConsoleSite,
) -> None:
    author = begin(site)
    approver, path = site.signed_in(APPROVER), f"/campaigns/{MONTH}/approve"
    page = approver.get(path).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    token = CSRF.search(page)
    assert token is not None
    approval = {"csrf_token": token[1], "seen": seen}
    form = form_of(author.get(WRITE).text)
    form["closing"], form["do"] = "Thank you for reading.", "save"

    answers = _at_once(
        lambda: author.client.post(WRITE, data=form),
        lambda: approver.client.post(path, data=approval),
    )

    assert all(answer.status_code in {303, 409} for answer in answers)
    with site.campaign.reading() as session:
        campaign = versions.find(session, MONTH)
        standing = select(Approval.content_hash).where(Approval.voided_at.is_(None))
        message = compile_message(drafts.current(session, MONTH), MONTH)
        approved = session.scalars(standing).all()
    if campaign.state == CampaignState.APPROVED:
        assert [message.content_hash] == approved == [campaign.content_hash]
    else:
        assert [] == approved


def test_two_who_approve_in_one_moment_make_one_approval(site: ConsoleSite) -> None:
    begin(site)
    people = [site.signed_in(APPROVER) for _ in range(2)]
    path = f"/campaigns/{MONTH}/approve"
    forms = []
    for person in people:
        page = person.get(path).text
        token = CSRF.search(page)
        assert token is not None
        seen = page.partition('name="seen" value="')[2].partition('"')[0]
        forms.append({"csrf_token": token[1], "seen": seen})

    answers = _at_once(
        lambda: people[0].client.post(path, data=forms[0]),
        lambda: people[1].client.post(path, data=forms[1]),
    )

    assert [303, 409] == sorted(answer.status_code for answer in answers)
    with site.campaign.reading() as session:
        assert 1 == len(session.scalars(select(Approval)).all())


def _at_once(*works: Callable[[], TestResponse]) -> list[TestResponse]:
    """Run these in threads that set off together; returns their answers."""
    start, answers = threading.Barrier(len(works)), list[TestResponse]()

    def run(work: Callable[[], TestResponse]) -> None:
        start.wait(timeout=60)
        answers.append(work())

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers
