"""The files of figures as others read them: a CSV on the Web validator, Excel, scripts."""

import csv
import importlib.util
import io
import json
import warnings
import zipfile
from pathlib import Path

import pytest

from campaigns import releases
from console.released import files
from tests.conftest import skip_or_fail
from tests.console import drawn, released
from tests.console.site import ANALYST, ConsoleSite, Visitor

MARK = "\ufeff".encode()


@pytest.fixture
def analyst(site: ConsoleSite) -> Visitor:
    with site.campaign.writing() as session:
        drawn.publish(session, now=site.clock.now)
        released.publish(session, "2026-06", now=site.clock.now)
        released.withdraw(session, "2026-05", now=site.clock.now)
    return site.signed_in(ANALYST)


@pytest.fixture
def unpacked(analyst: Visitor, tmp_path: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(analyst.get("/reports/all.zip").data)) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def _faults(metadata: Path) -> list[str]:
    """What csvw finds wrong with a description, or with the table that it describes."""
    if importlib.util.find_spec("csvw") is None:
        skip_or_fail("csvw (`make test` installs it)")
    validator = importlib.import_module("csvw").CSVW
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        try:
            is_valid = validator(str(metadata), validate=True).is_valid
        except ValueError as fault:
            return [str(fault)]
    return [str(each.message) for each in found] or ([] if is_valid else ["is not valid"])


def test_every_description_in_the_archive_is_valid_with_its_table(unpacked: Path) -> None:
    described = {each.name: _faults(each) for each in unpacked.glob("*.metadata.json")}
    tables = {each.name.replace(".csv", ".metadata.json") for each in unpacked.glob("*.csv")}

    assert tables == described.keys()
    assert {"all.metadata.json", "months.metadata.json", "2026-10.metadata.json"} < tables
    assert [] == [fault for faults in described.values() for fault in faults]


def test_before_the_first_release_the_descriptions_are_valid_too(
    site: ConsoleSite, tmp_path: Path
) -> None:
    with site.campaign.writing() as session:
        released.withdraw(session, "2026-05", now=site.clock.now)
    archive = site.signed_in(ANALYST).get("/reports/all.zip").data
    with zipfile.ZipFile(io.BytesIO(archive)) as unzipped:
        unzipped.extractall(tmp_path)

    for described in tmp_path.glob("*.metadata.json"):
        assert [] == _faults(described)
        assert "" not in json.loads(described.read_text()).get("dc:issued", {}).values()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (",per cent,", ",per cent,,"),
        ("All tenants,replies,,,", "All tenants,mailed,,,"),
        ("All tenants,replies,,,", "All tenants,replies,,,about "),
        (",2026-11-04,2,", ",yesterday,2,"),
    ],
)
def test_a_table_that_is_not_as_described_is_found(unpacked: Path, old: str, new: str) -> None:
    table = unpacked / "2026-10.csv"
    text = table.read_text(encoding="utf-8")
    assert old in text
    table.write_text(text.replace(old, new, 1), encoding="utf-8")

    assert _faults(unpacked / "2026-10.metadata.json")


@pytest.mark.parametrize("name", ["2026-10", "all", "months", "2026-10/topics"])
def test_a_description_leads_to_its_own_table(analyst: Visitor, tmp_path: Path, name: str) -> None:
    chosen = {"group": drawn.NORTH}
    described = analyst.client.get(f"/reports/{name}.metadata.json", query_string=chosen).get_json()
    folder = f"/reports/{name}".rpartition("/")[0]
    table = analyst.get(f"{folder}/{described['url']}")
    (tmp_path / "table.csv").write_bytes(table.data)
    (tmp_path / "table.json").write_text(json.dumps(described | {"url": "table.csv"}))

    assert 200 == table.status_code
    assert [] == _faults(tmp_path / "table.json")
    if "/" in name:
        assert {drawn.NORTH} == {row["group"] for row in csv.DictReader(io.StringIO(table.text))}


@pytest.mark.parametrize("name", ["2026-10", "all", "months", "2026-10/topics"])
def test_excel_gets_the_mark_and_no_formula(analyst: Visitor, name: str) -> None:
    plain, excel = (analyst.get(f"/reports/{name}.csv{more}").data for more in ("", "?for=excel"))

    assert MARK + plain == excel
    cells = (cell for row in csv.reader(io.StringIO(plain.decode())) for cell in row)
    assert [] == [cell for cell in cells if cell[:1] in "=+-@\t" and cell]


def test_each_figure_is_described_by_numbers_units_and_state(analyst: Visitor) -> None:
    rows = list(csv.DictReader(io.StringIO(analyst.get("/reports/2026-10.csv").text)))

    assert set(releases.COLUMNS) == set(rows[0])
    assert {"people", "per cent"} == {row["unit"] for row in rows}
    assert {"2"} == {row["spec"] for row in rows}
    assert {"released"} == {row["state"] for row in rows}
    assert {"2026-11-04"} == {row["released_on"] for row in rows}
    for row in rows:
        assert row["label"]
        assert row["base"]
        if row["note"] != "[c]":
            assert float(row["estimate"]) >= 0 <= float(row["margin"])


def test_a_group_that_is_too_small_has_a_marked_row_for_each_answer(analyst: Visitor) -> None:
    rows = list(csv.DictReader(io.StringIO(analyst.get("/reports/2026-10.csv").text)))
    north, others = (
        {(row["question"], row["option"]) for row in rows if row["group"] == name}
        for name in (drawn.NORTH, drawn.OTHERS)
    )

    assert north == others
    assert {("", "[c]")} == {
        (row["estimate"], row["note"])
        for row in rows
        if row["group"] == drawn.OTHERS and row["question"]
    }


def test_a_withdrawn_month_is_among_the_states(analyst: Visitor) -> None:
    rows = list(csv.DictReader(io.StringIO(analyst.get("/reports/months.csv").text)))

    assert {"2026-05": "withdrawn", "2026-06": "released", "2026-10": "released"}.items() <= {
        row["month"]: row["state"] for row in rows
    }.items()
    assert list(rows[0]) == list(files.MONTH_DESCRIPTIONS)
