"""The pages and files of the released figures."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest

from campaigns import handover
from campaigns.models import CampaignState, DeliveryState, Message
from console.released import charts
from console.released.figures import Figure
from tests.console import months
from tests.console.released import NORTH, TINY, document
from tests.console.site import ANALYST, AUTHOR, ConsoleSite, words_of

MONTH, BEFORE = "2026-12", "2026-11"
SENT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def figures(site: ConsoleSite) -> ConsoleSite:
    """December is released and was sent; November was withdrawn."""
    with site.campaign.writing() as session:
        sent = months.in_state(session, MONTH, CampaignState.SENT, now=SENT)
        months.deliver(session, sent, DeliveryState.SENT, 7)
        shown = json.dumps(document(MONTH))
        handover.publish_release(session, MONTH, digest="d", document=shown, now=SENT)
        handover.withdraw_release(
            session, BEFORE, digest="w", because="The roster was wrong.", now=SENT
        )
    return site


def test_a_year_without_figures_says_when_they_come(site: ConsoleSite) -> None:
    assert "Some days after a month takes its last reply" in words_of(
        site.signed_in(ANALYST).get("/reports")
    )


def test_the_year_shows_rates_with_margins_and_why_there_is_none(figures: ConsoleSite) -> None:
    page = words_of(figures.signed_in(ANALYST).get("/reports"))

    assert "December 2026 44.4% ± 2.2" in page
    assert "November 2026 [x] [x] No figures: they were withdrawn. The roster was wrong." in page


def test_a_month_shows_shares_and_hides_what_is_hidden(figures: ConsoleSite) -> None:
    answer = figures.signed_in(ANALYST).get(f"/reports/{MONTH}")
    page = words_of(answer)

    assert "My job ended 12.5% ± 3.1" in page
    assert "No answer, or not asked [c]" in page
    assert answer.text.count("<svg role=") == answer.text.count("<desc") == 2


def test_a_month_shows_one_group_at_a_time(figures: ConsoleSite) -> None:
    visitor = figures.signed_in(ANALYST)

    north = words_of(visitor.get(f"/reports/{MONTH}?group=North+Homes+%26+Co+%28example%29"))
    tiny = words_of(visitor.get(f"/reports/{MONTH}?group=Tiny+Homes+%28example%29"))

    assert "My job ended 11.5%" in north
    assert "My job ended" not in tiny
    assert 404 == visitor.get(f"/reports/{MONTH}?group=nobody").status_code


def test_exact_counts_of_emails_stand_apart(figures: ConsoleSite) -> None:
    text = figures.signed_in(AUTHOR).get(f"/reports/{MONTH}").text
    apart = text[text.index('<section class="exact"') :]

    assert "Sending, counted exactly" in apart
    assert "<dd>7</dd>" in apart
    assert "44.4" not in apart


def test_a_withdrawn_month_says_so(figures: ConsoleSite) -> None:
    answer = figures.signed_in(ANALYST).get(f"/reports/{BEFORE}")

    assert 410 == answer.status_code
    assert "they were withdrawn. The roster was wrong." in words_of(answer)
    assert 404 == figures.signed_in(ANALYST).get(f"/reports/{BEFORE}.csv").status_code


def test_a_month_that_was_never_released_is_not_there(figures: ConsoleSite) -> None:
    assert 404 == figures.signed_in(ANALYST).get("/reports/2020-01").status_code


def test_the_csv_is_tidy(figures: ConsoleSite) -> None:
    answer = figures.signed_in(ANALYST).get(f"/reports/{MONTH}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))

    assert "text/csv; charset=utf-8; header=present" == answer.headers["Content-Type"]
    assert (
        "month,group,measure,question,option,estimate,margin,note,"
        "label,unit,base,released_on,spec,state" == answer.text.splitlines()[0]
    )
    assert 15 == len(rows)
    assert [("", "[c]")] * 2 == [(row["estimate"], row["note"]) for row in rows[13:]]
    assert {"month": MONTH, "group": NORTH, "estimate": "11.5", "margin": "3.1"}.items() <= (
        rows[8].items()
    )


def test_a_name_that_is_a_formula_is_no_formula_in_the_csv(figures: ConsoleSite) -> None:
    formula = json.dumps(document("2027-01")).replace(TINY, "=1+1")
    with figures.campaign.writing() as session:
        handover.publish_release(session, "2027-01", digest="x", document=formula, now=SENT)

    assert "2027-01,'=1+1,mailed" in figures.signed_in(ANALYST).get("/reports/2027-01.csv").text


def test_the_metadata_describes_each_column_of_the_csv(figures: ConsoleSite) -> None:
    visitor = figures.signed_in(ANALYST)
    described = visitor.get(f"/reports/{MONTH}.metadata.json").get_json()
    header = visitor.get(f"/reports/{MONTH}.csv").text.splitlines()[0]

    assert header.split(",") == [each["name"] for each in described["tableSchema"]["columns"]]
    assert f"{MONTH}.csv" == described["url"]
    assert "http://www.w3.org/ns/csvw" in described["@context"]


def test_the_zip_has_everything_and_the_same_bytes_each_time(figures: ConsoleSite) -> None:
    visitor = figures.signed_in(ANALYST)
    first, second = (visitor.get("/reports/all.zip").data for _ in range(2))

    with zipfile.ZipFile(io.BytesIO(first)) as files:
        names = set(files.namelist())
        month, whole = (files.read(name).decode() for name in (f"{MONTH}.csv", "all.csv"))
    assert first == second
    assert {"README.txt", "all.csv", "all.metadata.json", "months.csv", "months.metadata.json"} | {
        f"{MONTH}.{kind}" for kind in ("csv", "metadata.json", "measurements.json")
    } == names
    assert month == whole == visitor.get(f"/reports/{MONTH}.csv").text


def test_a_change_of_the_email_is_told_beside_its_month(site: ConsoleSite) -> None:
    with site.campaign.writing() as session:
        before, after = (
            months.in_state(session, month, CampaignState.SENT, now=now)
            for month, now in ((BEFORE, datetime(2026, 11, 2, 9, tzinfo=UTC)), (MONTH, SENT))
        )
        session.flush()
        messages = [session.get_one(Message, each.content_hash) for each in (before, after)]
        messages[0].questions = ["work", "hours"]
        messages[1].subject, messages[1].questions = "Anything new?", ["work", "rent"]

    page = words_of(site.signed_in(ANALYST).get("/reports"))

    assert "1 New subject: “Anything new?”. Asked for the first time since: rent." in page
    assert "No longer asked: hours." in page


def test_a_whisker_stays_within_the_chart() -> None:
    chart = charts.bars([Figure("a", 99.0, 5.0, ""), Figure("b", 1.0, 5.0, "")])

    assert charts.PLOT == chart.bars[0].high
    assert 0 == chart.bars[1].low


def test_a_line_breaks_where_a_month_has_no_figure() -> None:
    points = [Figure("", 40.0, 1.0, ""), Figure("", None, None, "[x]"), Figure("", 42.0, 1.0, "")]
    chart = charts.line([("2026-10", each, None) for each in points])

    assert 2 == chart.path.count("M")
    assert "L" not in chart.path
