"""Files for analysts: metadata of the CSV, and everything in one zip."""

import io
import json
import zipfile
from collections.abc import Sequence
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
README = """\
Check-in: released figures
==========================

One CSV file a month, tidy: one figure a row. Beside each lies its description (CSV on the Web,
W3C 2015). `all.csv` has every month under one header, `months.csv` what became of each month, and
`YYYY-MM.measurements.json` the noisy values themselves, with the scale of the noise in each.

Every figure has noise in it, drawn once: differential privacy, epsilon = 1 a tenant and month.
Read each figure with its margin: 95 times in 100 the true count of replies is within it. Do not
conclude anything about a person, or from those who replied about those who did not. To compare two
figures, take the root of the sum of the squares of their margins as the margin of the difference.

[u] low reliability   [c] hidden for confidentiality   [x] not available   [z] not applicable
"""


def metadata(document: Document, *, url: str) -> dict[str, Any]:
    """Describe a month's CSV as CSV on the Web (W3C Recommendation, 17 December 2015)."""
    month = document["month"]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": url,
        "dc:title": f"Check-in figures of {month}",
        "dc:description": "Protected by differential privacy; see the notes on each column.",
        "dc:issued": {"@value": document["released_on"], "@type": "xsd:date"},
        "notes": [
            {"protection": document["spec"]},
            {"groups": document["groups"]},
            {"questions": document["questions"]},
            {"pools": document.get("pools", [])},
        ],
        "dialect": {"header": True, "encoding": "utf-8"},
        "tableSchema": {
            "columns": [_column(name) for name in releases.COLUMNS],
            "primaryKey": ["month", "group", "measure", "question", "option"],
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
        _put(files, "all.csv", releases.as_csv(*documents))
        for document in documents:
            name = f"{document['month']}.csv"
            _put(files, name, releases.as_csv(document))
            _put(files, f"{document['month']}.metadata.json", _json(metadata(document, url=name)))
            _put(files, f"{document['month']}.measurements.json", _json(measurements(document)))
    return out.getvalue()


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _column(name: str) -> dict[str, Any]:
    description, datatype = DESCRIPTIONS[name]
    return {
        "name": name,
        "titles": name,
        "dc:description": description,
        "datatype": datatype,
        "required": name in {"month", "group", "measure"},
    }


def _put(files: zipfile.ZipFile, name: str, text: str) -> None:
    entry = zipfile.ZipInfo(name, ZIP_EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    files.writestr(entry, text)
