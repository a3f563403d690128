"""Rosters as spreadsheets write them: what is certain is put right and said, the rest is named."""

import pytest

from kit.database import Database
from kit.errors import BadInput
from tenants.roster import destroyed, lookalikes
from tenants.roster.imports import ImportReport
from tests.tenants.roster.rosters import HEADER, line, load, load_lines, rejected, stored, text

ONE, TWO = line("T1", "a@example.org"), line("T2", "b@example.org")
LINES = (HEADER, ONE, TWO)
BOTH = "\r\n".join((*LINES, "")).encode()
MARK = "\ufeff".encode()
SHORT = "tenant_ref,email,housing_association,monthly_email,profiling"


def summary(report: ImportReport) -> tuple[int, list[str], str]:
    return report.created, rejected(report), report.repaired


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BOTH, ""),
        (MARK + BOTH, ""),
        (MARK + MARK + BOTH, ""),
        ("ï»¿".encode() + BOTH, ""),
        ("\n".join(LINES).encode(), ""),
        ("\r\r\n".join(LINES).encode(), "line ends of an old Mac (CR alone) read as line ends"),
        ("\r".join(LINES).encode(), "line ends of an old Mac (CR alone) read as line ends"),
        (b"sep=,\r\n" + BOTH, "1 “sep=” line left out"),
        (
            MARK + b'"sep=,"\r\n' + MARK + BOTH,
            "1 “sep=” line left out; invisible characters taken out of 1 row",
        ),
        (
            b"SEP=;\n" + BOTH.replace(b",", b";"),
            "1 “sep=” line left out; semicolons read as commas",
        ),
        (b"sep=\t\n" + BOTH.replace(b",", b"\t"), "1 “sep=” line left out; tabs read as commas"),
        (BOTH.replace(b",", b";"), "semicolons read as commas"),
        (BOTH.replace(b",", b"\t"), "tabs read as commas"),
        (BOTH.replace(b",", b"|"), "vertical bars read as commas"),
        (BOTH + b",,,,,\r\n , ,\t,,,\r\n", "2 empty rows left out"),
        (BOTH + b'"","","","","",""\r\n', "1 empty row left out"),
        (b",,,,,\r\n" + BOTH, "1 empty row left out"),
        (BOTH + b"\x1a", "1 empty row left out"),
        (BOTH.replace(b"\r\n", b",,\r\n"), "2 nameless columns left out"),
        (BOTH.replace(b"\r\n", b", \r\n"), "1 nameless column left out"),
        (BOTH + HEADER.encode() + b"\r\n", "1 repeated header left out"),
        (
            b"sep=,\r\n" + BOTH + b",,,,,\r\n" * 3,
            "1 “sep=” line and 3 empty rows left out",
        ),
    ],
)
def test_what_is_certain_is_put_right_and_said_in_one_line(
    platform_db: Database, content: bytes, said: str
) -> None:
    report = load(platform_db, content)
    assert summary(report) == (2, [], f"Repaired: {said}." if said else "")
    assert [stored(platform_db, ref).email for ref in ("T1", "T2")] == [
        "a@example.org",
        "b@example.org",
    ]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators_may_stand_between_quoted_fields(
    platform_db: Database, separator: str
) -> None:
    row = f'"T1","a@example.org","Homes {separator} and, more","en","yes","yes"'
    quoted = "\n".join((HEADER, row)).replace('","', f'"{separator}"')
    content = quoted.replace(HEADER, HEADER.replace(",", separator))
    assert load(platform_db, content.encode()).created == 1
    assert stored(platform_db, "T1").housing_association == " ".join(
        f"Homes {separator} and, more".split()
    )


@pytest.mark.parametrize("unseen", list("\u200b\ufeff\u00ad\u2060\u202a\u200e\u3164"))
def test_invisible_characters_are_taken_out_of_every_field(
    platform_db: Database, unseen: str
) -> None:
    row = f"T{unseen}1,a@example.org{unseen},{unseen}Homes,en{unseen},{unseen}yes,yes"
    report = load_lines(platform_db, row, f"{TWO}\u00a0")
    said = "Repaired: invisible characters taken out of 1 row."
    assert summary(report) == (2, [], said)
    found = stored(platform_db, "T1")
    assert (found.email, found.housing_association) == ("a@example.org", "Homes")


def test_a_row_may_lack_its_last_cells_where_they_may_be_empty(platform_db: Database) -> None:
    rows = ["T1,a@example.org,Homes,yes", "T2,b@example.org,Homes,yes,,,", "T3,c@example.org,Homes"]
    moved = "T4,d@example.org,yes,no"
    report = load(platform_db, "\n".join((SHORT, *rows, moved)).encode())
    assert summary(report) == (
        2,
        [f"line {at}: has {n} fields, and the header names 5" for at, n in ((4, 3), (5, 4))],
        "",
    )


def test_a_value_without_a_column_costs_its_row(platform_db: Database) -> None:
    rows = [f"{ONE},Private", TWO]
    named = "line 2: has 7 fields, and the header names 6"
    assert rejected(load_lines(platform_db, *rows)) == [named]
    nameless = "line 2: has a value in column 7, which has no name; name it or empty it"
    content = "\n".join((f"{HEADER},", *rows)).encode()
    assert rejected(load(platform_db, content)) == [nameless]


@pytest.mark.parametrize(
    "value",
    [
        *("1.23457E+11", "1,23457E+11", "1E+05", "1.2e+20", "-1.5E+12", "123456789012345000"),
        *("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#SPILL!", "########"),
        *("12-Mar", "Dec-12", "2026-12-03 00:00:00", "=A2", "nan", "NULL"),
    ],
)
def test_a_reference_that_a_spreadsheet_destroyed_is_refused(
    platform_db: Database, value: str
) -> None:
    row = f'"{value}",a@example.org,Homes,en,yes,yes'
    named = f"line 2: tenant_ref is {destroyed.kind(value)}; put back what it was"
    assert summary(load_lines(platform_db, row, TWO)) == (1, [named], "")


@pytest.mark.parametrize("ref", ["E11", "1E", "12", "00123", "DEC-12", "A1.5", "1234567890", "#12"])
def test_a_reference_that_only_resembles_a_destroyed_one_is_taken(ref: str) -> None:
    assert destroyed.kind(ref) is None


@pytest.mark.parametrize(
    "address",
    [
        "mi\u212ae@example.org",
        "mike@exam\u212ale.org",
        "a@ｅxample.org",
        "a@ex\u0430mple.org",
        "a@example。org",
        "ſ@example.org",
    ],
)
def test_an_address_with_a_letter_that_only_looks_like_ascii_is_refused(
    platform_db: Database, address: str
) -> None:
    report = load_lines(platform_db, line("T1", address))
    assert (report.created, "plain ASCII" in rejected(report)[0]) == (0, True)


@pytest.mark.parametrize("ref", ["T\u212a1", "Ｔ１", "\u04221", "T\u0391"])
def test_a_reference_with_a_letter_that_only_looks_like_ascii_is_refused(
    platform_db: Database, ref: str
) -> None:
    fault = "tenant_ref has a letter that only looks like plain ASCII; type it again"
    assert rejected(load_lines(platform_db, line(ref, "a@example.org"))) == [f"line 2: {fault}"]


@pytest.mark.parametrize("text", ["Tŷ-1", "straße", "bücher", "åé", "пример"])
def test_letters_of_other_languages_are_no_lookalikes(text: str) -> None:
    assert not lookalikes.becomes_ascii(text)
    assert not lookalikes.mixes_scripts(text)


def test_nothing_that_a_file_says_of_somebody_is_repeated(platform_db: Database) -> None:
    secrets = "private@example.org,Private Homes,Privaté"
    for content in (
        text(f"T1,{secrets},en,yes,yes,"),
        f"{HEADER}\u2028T1,{secrets}".encode(),
        f"{HEADER},\nT1,private@example.org,Private,en,yes,yes,Private".encode(),
    ):
        try:
            said = str(load(platform_db, content))
        except BadInput as error:
            said = str(error)
        assert "rivat" not in said
