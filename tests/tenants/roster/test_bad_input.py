"""What a roster may get wrong: each fault is a sentence, and costs nothing else."""

import pytest
from sqlalchemy import func, select

from kit.database import Database
from kit.errors import BadInput
from tenants.models import Tenant
from tests.tenants.roster.rosters import (
    HEADER,
    line,
    load,
    load_lines,
    rejected,
    text,
)


def refusal(database: Database, content: bytes) -> str:
    with pytest.raises(BadInput) as refused:
        load(database, content)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Tenant)) == 0
    return str(refused.value)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (line("", "a@example.org"), "tenant_ref is empty"),
        (line("r" * 65, "a@example.org"), "tenant_ref is longer than 64 characters"),
        (line("t\x001", "a@example.org"), "tenant_ref has a character that cannot be printed"),
        (line("t1", ""), "email is not an email address; write it as name@example.org"),
        (line("t1", "nobody"), "email is not an email address; write it as name@example.org"),
        (
            line("t1", "a b@example.org"),
            "email is not an email address: the part before the @ is not valid",
        ),
        (
            line("t1", "a@example..org"),
            "email is not an email address: the part after the @ is not a valid domain",
        ),
        (
            line("t1", "josé@example.org"),
            "email has a character before the @ that is not plain ASCII; SES cannot mail it",
        ),
        (line("t1", "a@example.org", agrees="maybe"), "monthly_email must be yes or no"),
        (line("t1", "a@example.org", agrees=""), "monthly_email must be yes or no"),
        (line("t1", "a@example.org", profiling="1"), "profiling must be yes or no"),
        ("t1,a@example.org,Homes,fr,yes,yes", "language must be en or cy"),
        ("t1,a@example.org,,en,yes,yes", "housing_association is empty"),
        (
            f"t1,a@example.org,{'H' * 201},en,yes,yes",
            "housing_association is longer than 200 characters",
        ),
        ("t1,a@example.org", "has 2 fields, and the header names 6"),
        (
            "t1,nobody,Homes,en,perhaps,yes",
            "email is not an email address; write it as name@example.org;"
            " monthly_email must be yes or no",
        ),
    ],
)
def test_a_bad_row_is_named_by_line_and_costs_no_other(
    platform_db: Database, row: str, fault: str
) -> None:
    report = load_lines(
        platform_db, line("good", "g@example.org"), row, line("last", "l@example.org")
    )
    assert rejected(report) == [f"line 3: {fault}"]
    assert report.created == 2


@pytest.mark.parametrize(
    "broken",
    [
        't1,"a@example.org,Homes,en,yes,yes',
        't1,a"@example.org,Homes,en,yes,yes',
        't1,"a"@example.org,Homes,en,yes,yes',
        't1,a@example.org,Homes,en,yes,yes"',
    ],
)
def test_broken_quoting_costs_its_own_line_only(platform_db: Database, broken: str) -> None:
    good = [line(f"g{n}", f"g{n}@example.org") for n in range(30)]
    report = load_lines(platform_db, broken, *good, broken, 'q,q@example.org,"Q, R",en,yes,yes')
    assert [problem.where for problem in report.rejected] == ["line 2", "line 33"]
    assert "broken quoting" in report.rejected[0].message
    assert report.created == 31


def test_a_million_characters_in_one_line_cost_that_line_only(platform_db: Database) -> None:
    report = load_lines(
        platform_db, f"t1,{'a' * 1_000_000}@example.org", line("t2", "b@example.org")
    )
    assert rejected(report) == ["line 2: is longer than 10,000 characters; no row of a roster is"]
    assert report.created == 1


def test_a_line_in_another_encoding_costs_that_line_only(platform_db: Database) -> None:
    content = text(line("t1", "a@example.org")) + "t2,b@example.org,Tŷ Gwyn,cy,yes,yes\n".encode(
        "iso8859-14"
    )
    report = load(platform_db, content)
    assert rejected(report) == ["line 3: is not UTF-8; save the file again as “CSV UTF-8”"]
    assert report.created == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty; it needs a header and rows."),
        (b"\xef\xbb\xbf\r\n\r\n", "The file is empty; it needs a header and rows."),
        (
            text().decode().encode("utf-16"),
            "line 1: is not UTF-8; save the file again as “CSV UTF-8”",
        ),
        (
            line("t1", "a@example.org").encode(),
            f"line 1: there is no header; begin the file with the row"
            f" {'tenant_ref,email,housing_association,monthly_email,language,profiling'}",
        ),
        (
            b"reference;mail;landlord",
            "line 1: the columns are not separated by commas; save the file again as “CSV UTF-8”",
        ),
        (
            b"PK\x03\x04\x14\x00\n",
            "line 1: is a spreadsheet’s own file and not CSV; save it again as “CSV UTF-8”",
        ),
        (
            f"{HEADER} t1,Private,private@example.org\n".encode(),
            "line 1: an email address stands among the names of the columns; end the header with a"
            " line break",
        ),
        (
            f"{HEADER},Flat 3 (Private)\n".encode(),
            "line 1: there is no column with such a name; the columns are tenant_ref, email,"
            " housing_association, monthly_email, language, profiling",
        ),
        (
            f"{HEADER},colour\n".encode(),
            "line 1: there is no column “colour”; the columns are tenant_ref, email,"
            " housing_association, monthly_email, language, profiling",
        ),
        (
            f"{HEADER},email\n".encode(),
            "line 1: the column “email” is there 2 times; keep one",
        ),
        (
            b"tenant_ref,email,monthly_email\n",
            "line 1: the column “housing_association” is missing; add it",
        ),
        (b"x" * 1_000_000, "line 1: is longer than 10,000 characters; no row of a roster is"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_whole(
    platform_db: Database, content: bytes, message: str
) -> None:
    assert refusal(platform_db, content) == message


@pytest.mark.parametrize(
    "column",
    ["name", "Forename", "surname", "NI number", "nino", "Date of birth", "phone", "address"],
)
def test_a_file_with_a_column_of_personal_data_is_refused(
    platform_db: Database, column: str
) -> None:
    content = f"{HEADER},{column}\n{line('t1', 'a@example.org')},secret\n".encode()
    told = refusal(platform_db, content)
    assert "holds personal data that is not wanted here" in told
    assert "secret" not in told


def test_no_fault_repeats_what_the_file_says(platform_db: Database) -> None:
    report = load_lines(platform_db, "t1,Private Person,Homes,Private,Private Person,Private")
    assert "Private" not in " ".join(rejected(report))
