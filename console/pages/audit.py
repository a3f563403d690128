"""The audit: who did what and when, filtered by month and person.

The page's URL has a short digest of the person, so that no log records who was looked up.
"""

import csv
import hashlib
import io
import json

from flask import Blueprint, Response, render_template, request

from campaigns import audit
from campaigns.models import AuditEntry
from campaigns.writing import versions
from console import access
from console.context import here
from kit.spreadsheets import harmless

pages = Blueprint("audit", __name__)

PAGE_SIZE = 100
"""How a cell begins that spreadsheets run (OWASP, "CSV Injection")."""


@pages.get("/audit")
@access.allow(access.WORKING)
def show() -> str:
    """Show the newest entries first, a hundred a page."""
    month = request.args.get("month", "")
    person = request.args.get("person", "")
    with here().campaign.reading() as session:
        people = {digest(who): who for who in audit.people(session)}
        rows = audit.entries(
            session,
            month=month or None,
            who=people.get(person),
            before=request.args.get("before", type=int),
            limit=PAGE_SIZE + 1,
        )
        return render_template(
            "console/audit.html",
            rows=rows[:PAGE_SIZE],
            older=rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None,
            people=people,
            months=audit.months(session),
            begun=versions.months(session),
            month=month,
            person=person if person in people else "",
        )


@pages.get("/audit.csv")
@access.allow(access.WORKING)
def export() -> Response:
    """Return every filtered entry as CSV, oldest first."""
    month, person = request.args.get("month", ""), request.args.get("person", "")
    with here().campaign.reading() as session:
        people = {digest(who): who for who in audit.people(session)}
        rows = audit.entries(session, month=month or None, who=people.get(person), limit=None)
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(("at", "who", "action", "month", "detail"))
    table.writerows(_cells(row) for row in reversed(rows))
    name = f"audit-{month}.csv" if month in {row.month for row in rows} else "audit.csv"
    return Response(
        "\ufeff" + written.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _cells(row: AuditEntry) -> tuple[str, ...]:
    """Return a row whose cells no spreadsheet runs as formulas."""
    detail = json.dumps(row.detail, ensure_ascii=False, sort_keys=True)
    cells = (row.at.isoformat(), row.who, row.action, row.month or "", detail)
    return tuple(map(harmless, cells))


def digest(who: str) -> str:
    """Return the digest of a person for this page's URL."""
    return hashlib.sha256(who.encode()).hexdigest()[:12]
