"""Files for analysts: metadata of the CSV, and everything in one zip."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from campaigns import releases
from campaigns.models import PublishedRelease
from campaigns.releases import Document
from console.released.figures import MEANINGS

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""A fixed time for the archive, so that the same figures give the same bytes."""

DESCRIPTIONS = {
    "month": ("The month of the check-in", "gYearMonth"),
    "group": ("All tenants, one housing association, or the smaller ones together", "string"),
    "measure": (
        "mailed, replies: people. response_rate: replies in per cent of mailed. share: in per cent "
        "of replies. share_of_asked: in per cent of the replies that chose the question's topic. "
        "With _3_months or _12_months at its end: those months together",
        "string",
    ),
    "question": ("The question's key, for shares", "string"),
    "option": ("The answer's key, for shares; no-answer: skipped, or not asked", "string"),
    "estimate": ("In the row's unit; empty where note says why", "decimal"),
    "margin": ("Half the width of the 95% interval, in the estimate's unit, rounded up", "decimal"),
    "note": ("; ".join(f"{sign} {words}" for sign, words in MEANINGS.items()), "string"),
    "label": ("The measure, or the question and its answer, in words", "string"),
    "unit": ("people or per cent", "string"),
    "base": ("What the estimate is a number or a share of", "string"),
    "released_on": ("The day on which the month was drawn", "date"),
    "spec": ("Version of the parameters; the month's metadata has them", "integer"),
    "state": ("released, or early: drawn before the month took its last reply", "string"),
}
MONTH_DESCRIPTIONS = {
    "month": ("The month of the check-in", "gYearMonth"),
    "state": (
        "released; early: drawn before the month took its last reply; withdrawn; lost: its draw "
        "was interrupted; too_small: sent to too few tenants",
        "string",
    ),
    "released_on": ("The day on which the month was drawn; empty without figures", "date"),
    "spec": ("Version of the parameters; empty without figures", "integer"),
    "because": ("Why it was withdrawn", "string"),
}
README = """\
Check-in: released figures
==========================

One CSV file a month, tidy: one figure a row. Beside each file lies its description (CSV on
the Web, W3C 2015). `all.csv` has every month under one header, `months.csv` what became of each
month, and `YYYY-MM.measurements.json` the noisy values themselves, with the scale of their noise.

Every figure has noise in it, drawn once: differential privacy, epsilon = 1 a tenant and month.
Read each figure with its margin: 95 times in 100 the true count of replies is within it. Do not
conclude anything about a person, or from those who replied about those who did not. To compare two
figures, take the root of the sum of the squares of their margins as the margin of the difference.

[u] low reliability   [c] hidden for confidentiality   [x] not available   [z] not applicable
"""


def metadata(documents: Sequence[Document], *, url: str) -> dict[str, Any]:
    """Describe the CSV of one or more months as CSV on the Web (W3C, 17 December 2015).

    `url` is the address of the CSV, relative to that of the description.
    """
    months = [document["month"] for document in documents]
    about: dict[str, Any] = {
        "dc:description": "Protected by differential privacy; see the notes on each column.",
        "notes": [note for document in documents for note in _notes(document)],
    }
    if documents:
        issued = max(document["released_on"] for document in documents)
        about["dc:issued"] = {"@value": issued, "@type": "xsd:date"}
    key = ["month", "group", "measure", "question", "option"]
    title = f"Check-in figures of {', '.join(months) or 'no month yet'}"
    return _table(url, title, DESCRIPTIONS, required=key[:3], key=key) | about


def metadata_of_months(*, url: str) -> dict[str, Any]:
    """Describe the CSV of the months' states."""
    title = "Each month of the check-in, and what became of its figures"
    return _table(url, title, MONTH_DESCRIPTIONS, required=["month", "state"], key=["month"])


def _notes(document: Document) -> Iterator[dict[str, Any]]:
    month = document["month"]
    yield {"month": month, "protection": document["spec"]}
    yield {"month": month, "groups": document["groups"]}
    yield {"month": month, "questions": document["questions"]}
    yield {"month": month, "pools": document.get("pools", [])}


def _table(
    url: str,
    title: str,
    columns: Mapping[str, tuple[str, str]],
    *,
    required: Sequence[str],
    key: Sequence[str],
) -> dict[str, Any]:
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": url,
        "dc:title": title,
        "dialect": {"header": True, "encoding": "utf-8"},
        "tableSchema": {
            "columns": [
                {
                    "name": name,
                    "titles": name,
                    "dc:description": description,
                    "datatype": datatype,
                    "required": name in required,
                }
                for name, (description, datatype) in columns.items()
            ],
            "primaryKey": list(key),
        },
    }


def measurements(document: Document) -> dict[str, Any]:
    """Return a month's noisy values as drawn, with their scales, for further analysis.

    A cell's value divided by its histogram's weight is in replies; the noise is discrete Laplace of
    the given scale, in the cell's units.
    """
    return {
        "month": document["month"],
        "released_on": document["released_on"],
        "spec": document["spec"],
        "questions": document["questions"],
        "groups": document["groups"],
        "measurements": document.get("measurements"),
    }


def archive(published: Sequence[PublishedRelease]) -> bytes:
    """Return a zip: the files of each month, all months together, their states, and a README."""
    documents = [releases.read(each) for each in published if each.document]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as files:
        _put(files, "README.txt", README)
        _put(files, "months.csv", releases.months_csv(published))
        _put(files, "months.metadata.json", _json(metadata_of_months(url="months.csv")))
        _put(files, "all.csv", releases.as_csv(*documents))
        _put(files, "all.metadata.json", _json(metadata(documents, url="all.csv")))
        for document in documents:
            name = f"{document['month']}.csv"
            _put(files, name, releases.as_csv(document))
            _put(files, f"{document['month']}.metadata.json", _json(metadata([document], url=name)))
            _put(files, f"{document['month']}.measurements.json", _json(measurements(document)))
    return out.getvalue()


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _put(files: zipfile.ZipFile, name: str, text: str) -> None:
    entry = zipfile.ZipInfo(name, ZIP_EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    files.writestr(entry, text)
