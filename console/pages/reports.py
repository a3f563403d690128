"""The released figures: the year, a month, and the files of them. Everybody on staff may read."""

from flask import Blueprint, Response, abort, make_response, render_template, request

from campaigns import releases
from console import access
from console.context import here
from console.released import charts, figures, files, year

pages = Blueprint("reports", __name__, url_prefix="/reports")

CSV = "text/csv; charset=utf-8; header=present"
RATES_SHOWN = 12


@pages.get("")
@access.allow(access.EVERY_ROLE)
def show() -> str:
    """The year at a glance."""
    with here().campaign.reading() as session:
        months = year.show(session)
    marks = {each.month: n for n, each in enumerate((m for m in months if m.changes), start=1)}
    return render_template(
        "console/reports.html",
        months=months,
        marks=marks,
        chart=charts.line([(m.month, m.rate, marks.get(m.month)) for m in months]),
        released=[each.month for each in months if not each.why_not],
        meanings=figures.MEANINGS,
    )


@pages.get("/<month:name>")
@access.allow(access.EVERY_ROLE)
def month(name: str) -> str | tuple[str, int]:
    """One month; `?group=` chooses whose answers are shown."""
    with here().campaign.reading() as session:
        released = releases.find(session, name)
        delivery = year.delivery(session, name)
    if released.document is None:
        why = releases.why_not(released)
        return render_template("console/reports_none.html", month=name, why=why), 410
    document = releases.read(released)
    names = figures.groups(document)
    chosen = request.args.get("group", names[0])
    if chosen not in names:
        abort(404)
    rates = figures.rates(document)
    return render_template(
        "console/reports_month.html",
        document=document,
        groups=names,
        group=figures.of_group(document, chosen),
        rates=rates,
        rates_shown=rates[:RATES_SHOWN],
        bars=charts.bars,
        delivery=delivery,
        meanings=figures.MEANINGS,
    )


@pages.get("/<month:name>.csv")
@access.allow(access.EVERY_ROLE)
def month_csv(name: str) -> Response:
    """A month's figures, tidy."""
    return _file(releases.as_csv(_document(name)), CSV, f"check-in-{name}.csv")


@pages.get("/<month:name>.metadata.json")
@access.allow(access.EVERY_ROLE)
def month_metadata(name: str) -> dict[str, object]:
    """What the columns of a month's CSV mean, as CSV on the Web."""
    return files.metadata(_document(name), url=f"{name}.csv")


@pages.get("/all.zip")
@access.allow(access.EVERY_ROLE)
def everything() -> Response:
    """Every month's files and a README."""
    return _file(files.archive(_documents()), "application/zip", "check-in-figures.zip")


@pages.get("/all.csv")
@access.allow(access.EVERY_ROLE)
def all_csv() -> Response:
    """Every month's figures under one header."""
    return _file(releases.as_csv(*_documents()), CSV, "check-in-figures.csv")


def _document(name: str) -> releases.Document:
    with here().campaign.reading() as session:
        return releases.document(session, name)


def _documents() -> list[releases.Document]:
    """Oldest first; months without figures have none."""
    with here().campaign.reading() as session:
        found = releases.newest_first(session)
    return [releases.read(each) for each in reversed(found) if each.document]


def _file(content: str | bytes, kind: str, name: str) -> Response:
    headers = {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'}
    return make_response(content, headers)
