"""The pages of figures of several months: sentences, pools, months and groups side by side."""

import html

import pytest

from console.released.figures import Figure, QuestionFigures
from tests.console import drawn
from tests.console.drawn import NORTH, OTHERS, SOUTH
from tests.console.site import ANALYST, ConsoleSite, Visitor, words_of

CHANCE, LUCK = "This could be chance: the noise alone can do that.", "More than chance."


@pytest.fixture
def analyst(site: ConsoleSite) -> Visitor:
    with site.campaign.writing() as session:
        drawn.publish(session, now=site.clock.now)
    return site.signed_in(ANALYST)


def _month(analyst: Visitor, group: str, month: str = "2026-10") -> str:
    return words_of(analyst.client.get(f"/reports/{month}", query_string={"group": group}))


def _beside(analyst: Visitor, **chosen: str) -> str:
    return words_of(analyst.client.get("/reports/compare", query_string=chosen))


def test_a_month_begins_with_what_changed_how_sure_and_whether_it_is_new(analyst: Visitor) -> None:
    page = _month(analyst, NORTH)

    assert "33.33% (± 0.21) of the tenants who were mailed replied." in page
    assert (
        "50.00% (± 0.28) of those who replied said that something had changed, most often "
        "“My work”, 36.67% (± 0.33); the help most asked for was “Changing how I pay my rent”, "
        "36.67% (± 0.32)." in page
    )
    assert (
        f"The share of “Yes” is 20.00 points (± 0.41) higher than in August 2026. {LUCK} "
        "More than chance, too: “My work” is 16.67 points (± 0.46) higher;" in page
    )


def test_a_month_as_the_one_before_says_that_the_difference_could_be_chance(
    analyst: Visitor,
) -> None:
    page = _month(analyst, SOUTH, "2026-08")

    assert (
        f"The share of “Yes” is the same as in July 2026. {CHANCE} "
        f"No topic and no kind of help moved by more than chance. {SOUTH}." in page
    )


def test_a_month_of_all_tenants_says_in_which_groups_yes_moved(analyst: Visitor) -> None:
    october, august = (_month(analyst, "All tenants", month) for month in ("2026-10", "2026-08"))

    assert (
        "“Yes” moved by more than chance since August 2026 in "
        f"{NORTH}: 20.00 points (± 0.41) higher." in october
    )
    assert "“Yes” did not move by more than chance in any group." in august


def test_the_first_month_has_nothing_to_be_compared_with(analyst: Visitor) -> None:
    assert "There is no month before it to compare with." in _month(analyst, NORTH, "2026-07")


def test_a_group_whose_rate_alone_was_drawn_says_so(analyst: Visitor) -> None:
    page = _month(analyst, OTHERS)

    assert "of the tenants who were mailed replied." in page
    assert "So few were mailed that only the response rate was drawn." in page
    assert f"The response rate is the same as in August 2026. {CHANCE}" in page


def test_shares_within_a_topic_are_of_those_who_chose_it(analyst: Visitor) -> None:
    page = _month(analyst, NORTH)

    assert "What has changed about your work?" in page
    assert "My job ended 100.0%" in page


def test_questions_that_nobody_can_read_come_last_and_together(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        drawn.publish(session, now=site.clock.now, divided_by=100)
    page = _month(site.signed_in(ANALYST), NORTH)
    vague = page[page.index("Too few answers to tell from the noise") :]

    assert "What has changed about your work?" in vague
    assert "What has changed about your work?" not in page[: -len(vague)]
    assert "My job ended 100.0%" in vague


def test_several_months_together_stand_beside_the_month(analyst: Visitor) -> None:
    november, october = (_month(analyst, NORTH, month) for month in ("2026-08", "2026-10"))

    assert "3 months together (2 released): July 2026, August 2026." in november
    assert "12 months together (3 released): July 2026, August 2026, October 2026." in october
    assert "Yes 50.00% ± 0.28 40.00% ± 0.20 36.67% ± 0.17" in october


def test_what_only_several_months_make_readable_is_said_below_the_chart() -> None:
    unsure, sure = Figure("Work", 3.0, 2.0, "[u]"), Figure("Work", 3.1, 0.9, "")
    other, missing = Figure("Rent", 9.0, 2.0, ""), Figure("No answer, or not asked", 70.0, 2.0, "")
    question = QuestionFigures(
        "topics",
        "What has changed?",
        True,
        "",
        [unsure, other, missing],
        {"_3_months": [unsure, other, missing], "_12_months": [sure, other, missing]},
    )

    assert ("", [unsure, other, missing]) == question.clearest
    assert [("_12_months", [sure])] == question.clearer
    assert [unsure, other] == question.charted


def test_the_year_begins_with_the_newest_month_in_short(analyst: Visitor) -> None:
    page = words_of(analyst.client.get("/reports", query_string={"group": NORTH}))

    assert "October 2026 in short 33.33% (± 0.21) of the tenants who were mailed replied." in page


def test_two_months_side_by_side(analyst: Visitor) -> None:
    page = _beside(analyst, month="2026-10", with_month="2026-08", group=NORTH)

    assert "August 2026 beside October 2026" in page
    assert "Of 19 differences, more than chance: “Yes” (+20.00); “No” (-20.00); " in page
    assert f"Yes 30.00% ± 0.29 50.00% ± 0.28 +20.00 ± 0.41 ± 2.5 {LUCK}" in page


def test_two_groups_side_by_side(analyst: Visitor) -> None:
    page = _beside(analyst, month="2026-08", with_month="2026-08", group=NORTH, with_group=SOUTH)

    assert f"{SOUTH} beside {NORTH}" in page
    assert f"A difference is {NORTH} less {SOUTH}" in page
    assert "Of 19 differences, more than chance: “Response rate” (-6.67). If" in page
    assert f"Yes 30.00% ± 0.43 30.00% ± 0.29 +0.00 ± 0.52 ± 2.7 {CHANCE}" in page


def test_all_tenants_are_not_compared_with_a_part_of_themselves(analyst: Visitor) -> None:
    page = _beside(
        analyst, month="2026-08", with_month="2026-08", group="All tenants", with_group=SOUTH
    )

    assert "All tenants include every group of the same month" in page


def test_the_year_shows_each_answer_as_a_small_chart_of_a_group(analyst: Visitor) -> None:
    answer = analyst.client.get("/reports", query_string={"group": NORTH})
    page = words_of(answer)

    assert 'class="multiples"' in answer.text
    assert "What they answered, month by month" in page
    assert answer.text.count('class="chart small"') == page.count(
        "Share of replies, month by month, with margins of error."
    )


def test_a_chart_that_is_passed_on_says_what_it_shows_when_and_of_whom(analyst: Visitor) -> None:
    path = "/reports/2026-10/topics"
    picture, described = (
        analyst.client.get(f"{path}.{kind}", query_string={"group": NORTH})
        for kind in ("svg", "metadata.json")
    )

    for said in ("What has changed?", "October 2026", f"Shares of replies, {NORTH}", "drawn once"):
        assert said in html.unescape(picture.text)
    assert f"What has changed? October 2026, {NORTH}" == described.get_json()["dc:title"]


@pytest.mark.parametrize(
    ("question", "place"), [("topics", "q-topics"), ("response_rate", "rates")]
)
def test_a_charts_address_leads_to_it(analyst: Visitor, question: str, place: str) -> None:
    answer = analyst.client.get(f"/reports/2026-10/{question}", query_string={"group": NORTH})

    assert 302 == answer.status_code
    assert answer.headers["Location"].endswith(f"#{place}")
    assert f'id="{place}"' in analyst.client.get(answer.headers["Location"]).text
    assert 404 == analyst.get("/reports/2026-10/nothing").status_code


@pytest.mark.parametrize("question", ["response_rate", "changed", "topics", "support", "work"])
@pytest.mark.parametrize("kind", ["svg", "csv", "metadata.json"])
def test_each_chart_has_an_address_of_its_own(analyst: Visitor, question: str, kind: str) -> None:
    path = f"/reports/2026-10/{question}.{kind}"
    for_all, for_north = (
        analyst.client.get(path, query_string=chosen) for chosen in ({}, {"group": NORTH})
    )

    assert (200, 200) == (for_all.status_code, for_north.status_code)
    assert 404 == analyst.get(f"/reports/2026-10/nothing.{kind}").status_code
    assert 404 == analyst.get(f"{path}?group=nobody").status_code
    assert (for_all.data == for_north.data) == (
        question == "response_rate" and kind != "metadata.json"
    )
