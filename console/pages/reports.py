"""The released figures: the year, a month, and the files of them. Everybody on staff may read."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import (
    Blueprint,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from campaigns import releases
from campaigns.models import PublishedRelease
from console import access
from console.context import here
from console.released import (
    charting,
    charts,
    comparing,
    differences,
    figures,
    files,
    sentences,
    year,
)

pages = Blueprint("reports", __name__, url_prefix="/reports")

CSV = "text/csv; charset=utf-8; header=present"
RATES_SHOWN = 12


@pages.get("")
@access.allow(access.EVERY_ROLE)
def show() -> str:
    """The year at a glance; `?group=` chooses whose answers are shown."""
    with here().campaign.reading() as session:
        months = year.show(session)
        documents = {each.month: releases.read(each) for each in _with_figures(session)}
    marks = {each.month: n for n, each in enumerate((m for m in months if m.changes), start=1)}
    names = list(dict.fromkeys(name for d in documents.values() for name in figures.groups(d)))
    chosen = _chosen(request.args.get("group", names[0] if names else ""), names)
    shown = [each.month for each in months]
    return render_template(
        "console/reports.html",
        months=months,
        marks=marks,
        chart=charts.line([(m.month, m.rate, marks.get(m.month)) for m in months]),
        small=charts.small,
        series=year.series(documents, shown, chosen) if names else [],
        groups=names,
        group=chosen,
        released=[each.month for each in months if not each.why_not],
        latest=sentences.of_newest(list(documents.values()), chosen),
        meanings=figures.MEANINGS,
    )


@pages.get("/<month:name>")
@access.allow(access.EVERY_ROLE)
def month(name: str) -> str | tuple[str, int]:
    """One month; `?group=` chooses whose answers are shown."""
    with here().campaign.reading() as session:
        released = releases.find(session, name)
        delivery = year.delivery(session, name)
        earlier = [each for each in _with_figures(session) if each.month < name]
    if released.document is None:
        why = releases.why_not(released)
        return render_template("console/reports_none.html", month=name, why=why), 410
    document = releases.read(released)
    names = figures.groups(document)
    group = figures.of_group(document, _chosen(request.args.get("group", names[0]), names))
    before = earlier[0].month if earlier else ""
    rates = figures.rates(document)
    return render_template(
        "console/reports_month.html",
        document=document,
        groups=names,
        group=group,
        sentences=sentences.of_document(
            document, group.name, [releases.read(each) for each in earlier[:1]]
        ),
        before=before,
        rates=rates,
        rates_shown=rates[:RATES_SHOWN],
        bars=charts.bars,
        pools=document.get("pools", []),
        by_suffix={pool["suffix"]: pool for pool in document.get("pools", [])},
        delivery=delivery,
        meanings=figures.MEANINGS,
    )


@pages.get("/compare")
@access.allow(access.EVERY_ROLE)
def compare() -> str:
    """Two months of one group, or two groups of one month, side by side."""
    with here().campaign.reading() as session:
        documents = {each.month: releases.read(each) for each in _with_figures(session)}
    names = list(dict.fromkeys(n for d in documents.values() for n in figures.groups(d)))
    sides = [
        (_chosen(month, list(documents)), _chosen(group, names))
        for month, group in comparing.sides(request.args, list(documents), names)
    ]
    problem = comparing.problem(sides, documents)
    compared = [] if problem else differences.compare(*comparing.both(sides, documents))
    return render_template(
        "console/reports_compare.html",
        months=list(documents),
        groups=names,
        sides=sides,
        problem=problem,
        comparisons=compared,
        in_short=differences.in_short(compared),
    )


@pages.get("/<month:name>/<question>")
@access.allow(access.EVERY_ROLE)
def chart(name: str, question: str) -> Response:
    """One chart's own address leads to its place on the month's page."""
    document = _document(name)
    group = _group(document)
    if charting.find(document, question, group) is None:
        abort(404)
    place = "rates" if question == charting.RATE else f"q-{question}"
    return redirect(url_for("reports.month", name=name, group=group, _anchor=place))


@pages.get("/<month:name>/<question>.svg")
@access.allow(access.EVERY_ROLE)
def chart_svg(name: str, question: str) -> Response:
    """One question's chart, or `response_rate`'s, as a picture; `?group=` as for the month."""
    document = _document(name)
    group = _group(document)
    found = charting.find(document, question, group)
    if found is None:
        abort(404)
    drawn = render_template(
        "console/reports_chart.svg",
        chart=charts.bars(found.charted),
        of=found,
        title=charting.title(document, question, group),
        period=charting.period(document, found.clearest[0]),
        base=charting.base(found, group),
        document=document,
    )
    return _file(drawn, "image/svg+xml", f"check-in-{name}-{question}.svg", is_shown=True)


@pages.get("/<month:name>/<question>.csv")
@access.allow(access.EVERY_ROLE)
def chart_csv(name: str, question: str) -> Response:
    """The rows of one chart, with those of its pooled figures."""
    document = _document(name)
    found = list(charting.rows(document, question, _group(document)))
    if not found:
        abort(404)
    return _csv(releases.table(found), f"check-in-{name}-{question}.csv")


@pages.get("/<month:name>/<question>.metadata.json")
@access.allow(access.EVERY_ROLE)
def chart_metadata(name: str, question: str) -> dict[str, object]:
    """What the columns of a chart's CSV mean, as CSV on the Web."""
    document = _document(name)
    group = _group(document)
    if charting.find(document, question, group) is None:
        abort(404)
    address = f"{question}.csv?{urlencode({'group': group})}"
    title = charting.title(document, question, group)
    return files.metadata([document], url=address) | {"dc:title": title}


@pages.get("/<month:name>.csv")
@access.allow(access.EVERY_ROLE)
def month_csv(name: str) -> Response:
    """A month's figures, tidy."""
    return _csv(releases.as_csv(_document(name)), f"check-in-{name}.csv")


@pages.get("/<month:name>.metadata.json")
@access.allow(access.EVERY_ROLE)
def month_metadata(name: str) -> dict[str, object]:
    """What the columns of a month's CSV mean, as CSV on the Web."""
    return files.metadata([_document(name)], url=f"{name}.csv")


@pages.get("/<month:name>.measurements.json")
@access.allow(access.EVERY_ROLE)
def month_measurements(name: str) -> dict[str, object]:
    """A month's noisy values with the scales of their noise."""
    return files.measurements(_document(name))


@pages.get("/months.csv")
@access.allow(access.EVERY_ROLE)
def months_csv() -> Response:
    """The state of each month."""
    return _csv(releases.months_csv(_published()), "check-in-months.csv")


@pages.get("/months.metadata.json")
@access.allow(access.EVERY_ROLE)
def months_metadata() -> dict[str, object]:
    """What the columns of the months' CSV mean, as CSV on the Web."""
    return files.metadata_of_months(url="months.csv")


@pages.get("/all.zip")
@access.allow(access.EVERY_ROLE)
def everything() -> Response:
    """Every month's files and a README."""
    return _file(files.archive(_published()), "application/zip", "check-in-figures.zip")


@pages.get("/all.csv")
@access.allow(access.EVERY_ROLE)
def all_csv() -> Response:
    """Every month's figures under one header."""
    return _csv(releases.as_csv(*_documents()), "check-in-figures.csv")


@pages.get("/all.metadata.json")
@access.allow(access.EVERY_ROLE)
def all_metadata() -> dict[str, object]:
    """What the columns of all months' CSV mean, as CSV on the Web."""
    return files.metadata(_documents(), url="all.csv")


def _document(name: str) -> releases.Document:
    with here().campaign.reading() as session:
        return releases.document(session, name)


def _documents() -> list[releases.Document]:
    return [releases.read(each) for each in _published() if each.document]


def _published() -> list[PublishedRelease]:
    """Every month that is settled, oldest first."""
    with here().campaign.reading() as session:
        return releases.newest_first(session)[::-1]


def _with_figures(session: Session) -> list[PublishedRelease]:
    """The months that have figures, newest first."""
    return [each for each in releases.newest_first(session) if each.document]


def _group(document: releases.Document) -> str:
    names = figures.groups(document)
    return _chosen(request.args.get("group", names[0]), names)


def _chosen(wanted: str, names: Sequence[str]) -> str:
    """Return the requested name if it exists, else the first."""
    if names and wanted not in names:
        abort(404)
    return wanted


def _csv(text: str, name: str) -> Response:
    """A CSV file; `?for=excel` puts the byte-order mark in front."""
    mark = releases.MARK if request.args.get("for") == "excel" else ""
    return _file(mark + text, CSV, name)


def _file(content: str | bytes, kind: str, name: str, *, is_shown: bool = False) -> Response:
    how = "inline" if is_shown else "attachment"
    headers = {"Content-Type": kind, "Content-Disposition": f'{how}; filename="{name}"'}
    return make_response(content, headers)
