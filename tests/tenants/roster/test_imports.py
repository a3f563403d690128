"""The roster's import: what goes in, and what it must never undo."""

import io

import pytest
from sqlalchemy import func, select

from kit.database import Database
from tenants.models import Consent, Tenant
from tenants.rights import rights
from tenants.roster.imports import CHUNK, import_csv
from tests.tenants.roster.rosters import (
    NOW,
    line,
    load,
    load_lines,
    marks,
    rejected,
    stored,
    tenant,
    text,
)


def counts(database: Database, *lines: str) -> tuple[int, int, int, int]:
    report = load_lines(database, *lines)
    return report.created, report.updated, report.unchanged, len(report.rejected)


def consents(database: Database, ref: str) -> list[tuple[str, bool, str]]:
    query = select(Consent).join(Tenant, Tenant.id == Consent.tenant_id)
    with database.reading() as session:
        rows = session.scalars(query.where(Tenant.tenant_ref == ref).order_by(Consent.id))
        return [(row.kind, row.given, row.source) for row in rows]


def test_rows_are_created_then_unchanged_then_updated(platform_db: Database) -> None:
    first, second = line("t1", "tenant-001@example.org"), line("t2", "tenant-002@example.org")
    assert counts(platform_db, first, second) == (2, 0, 0, 0)
    assert counts(platform_db, first, second) == (0, 0, 2, 0)
    assert counts(platform_db, line("t1", "moved@example.org"), second) == (0, 1, 1, 0)
    assert stored(platform_db, "t1").email == "moved@example.org"


def test_columns_stand_in_any_order_and_a_byte_order_mark_is_fine(platform_db: Database) -> None:
    content = (
        "\ufeffprofiling,monthly_email,email,tenant_ref,housing_association\n"
        "no,yes,tenant-001@example.org,t1,Northfield Homes (example)\n"
    )
    assert load(platform_db, content.encode()).created == 1
    found = stored(platform_db, "t1")
    assert (found.email, found.profiling, found.language) == ("tenant-001@example.org", False, "en")


def test_quoted_fields_hold_commas_quotes_and_line_breaks(platform_db: Database) -> None:
    quoted = 't1,tenant-001@example.org,"Homes, ""North""\r\nand South",cy,yes,yes'
    report = load_lines(platform_db, quoted, line("t2", "no address"))
    assert stored(platform_db, "t1").housing_association == 'Homes, "North" and South'
    assert [problem.where for problem in report.rejected] == ["line 4"]


def test_a_dry_run_counts_and_writes_nothing(platform_db: Database) -> None:
    load_lines(platform_db, line("t1", "tenant-001@example.org"))
    content = text(
        line("t1", "moved@example.org", agrees="no"), line("t2", "tenant-002@example.org")
    )
    report = load(platform_db, content, dry_run=True)
    assert (report.created, report.updated, report.unchanged) == (1, 1, 0)
    assert stored(platform_db, "t1").email == "tenant-001@example.org"
    assert marks(platform_db) == []


def test_an_import_that_fails_half_way_leaves_nothing(platform_db: Database) -> None:
    class Torn(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 200:
                raise OSError("the disk is gone")
            return super().read1(100)

    lines = [line(f"t{n}", f"tenant-{n}@example.org") for n in range(20)]
    with pytest.raises(OSError, match="disk"), platform_db.writing() as session:
        import_csv(session, Torn(text(*lines)), dry_run=False, now=NOW)
    with platform_db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Tenant)) == 0
    assert load(platform_db, text(*lines)).created == 20


def test_the_first_of_two_rows_with_one_reference_stands(platform_db: Database) -> None:
    filler = [line(f"f{n}", f"filler-{n}@example.org") for n in range(CHUNK)]
    report = load_lines(
        platform_db, line("t1", "a@example.org"), *filler, line("t1", "b@example.org")
    )
    assert rejected(report) == [
        f"line {CHUNK + 3}: tenant_ref is there already, on an earlier line, which stands"
    ]
    assert stored(platform_db, "t1").email == "a@example.org"


def test_a_doubled_reference_after_a_bad_row_is_not_doubled(platform_db: Database) -> None:
    report = load_lines(platform_db, line("t1", "broken"), line("t1", "b@example.org"))
    assert [problem.where for problem in report.rejected] == ["line 2"]
    assert stored(platform_db, "t1").email == "b@example.org"


def test_no_import_lifts_a_stop_a_pause_a_restriction_or_an_objection(
    platform_db: Database,
) -> None:
    refs = ("stopped", "paused", "restricted", "objected")
    load_lines(platform_db, *(line(ref, f"{ref}@example.org") for ref in refs))
    with platform_db.writing() as session:
        rights.stop(session, tenant(session, "stopped"), now=NOW)
        rights.pause(session, tenant(session, "paused"), now=NOW)
        rights.restrict(session, tenant(session, "restricted"), now=NOW)
        rights.object_(session, tenant(session, "objected"), now=NOW)
    load_lines(platform_db, *(line(ref, f"{ref}@example.org", agrees="no") for ref in refs))
    load_lines(platform_db, *(line(ref, f"{ref}@example.org", agrees="yes") for ref in refs))
    assert stored(platform_db, "stopped").stopped
    assert stored(platform_db, "paused").paused_until is not None
    assert stored(platform_db, "restricted").restricted
    assert stored(platform_db, "objected").objected


def test_a_consent_taken_back_is_witnessed_and_marked(platform_db: Database) -> None:
    load_lines(platform_db, line("t1", "a@example.org"))
    load_lines(platform_db, line("t1", "a@example.org", agrees="no"))
    assert consents(platform_db, "t1") == [
        ("monthly_email", True, "roster"),
        ("profiling", True, "roster"),
        ("monthly_email", False, "roster"),
    ]
    assert marks(platform_db) == [("a@example.org", True)]
    load_lines(platform_db, line("t1", "a@example.org"))
    assert marks(platform_db) == [("a@example.org", True), ("a@example.org", False)]


def test_an_address_that_was_left_is_marked_even_if_somebody_else_agreed_to_it(
    platform_db: Database,
) -> None:
    """The mail on its way to it may be of who left; whoever stays is not suppressed by the push."""
    load_lines(platform_db, line("t1", "alone@example.org"), line("t2", "both@example.org"))
    load_lines(platform_db, line("t3", "both@example.org"))
    load_lines(platform_db, line("t1", "new@example.org"), line("t2", "new@example.org"))
    lifted = ("new@example.org", False)
    assert sorted(marks(platform_db)) == [
        ("alone@example.org", True),
        ("both@example.org", True),
        lifted,
        lifted,
    ]


def test_a_new_tenant_lifts_no_mark(platform_db: Database) -> None:
    load_lines(platform_db, line("t1", "a@example.org"))
    with platform_db.writing() as session:
        rights.erase(session, rights.find(session, "t1"), now=NOW)
    load_lines(platform_db, line("t1", "a@example.org"))
    assert marks(platform_db) == [("a@example.org", True)]


def test_what_a_file_leaves_out_stays_as_it_is(platform_db: Database) -> None:
    load_lines(platform_db, "t1,a@example.org,Northfield Homes (example),cy,yes,no")
    content = b"tenant_ref,email,housing_association,monthly_email\nt1,a@example.org,Other,yes\n"
    assert load(platform_db, content).updated == 1
    found = stored(platform_db, "t1")
    assert (found.language, found.profiling, found.housing_association) == ("cy", False, "Other")


@pytest.mark.parametrize(
    ("email", "kept"),
    [
        ("Tenant.001@Example.ORG", "tenant.001@example.org"),
        ("tenant@bücher.example.org", "tenant@xn--bcher-kva.example.org"),
        ("Tenant@BÜCHER.example.org", "tenant@xn--bcher-kva.example.org"),
        (" o'neil+rent@example.org ", "o'neil+rent@example.org"),
    ],
)
def test_addresses_are_kept_in_one_spelling(platform_db: Database, email: str, kept: str) -> None:
    assert load_lines(platform_db, line("t1", email)).created == 1
    assert stored(platform_db, "t1").email == kept
