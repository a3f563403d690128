"""The files analysts take away: metadata for the CSV, and everything in one zip."""

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

from campaigns import releases
from campaigns.releases import Document
from console.released.figures import MEANINGS

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same figures make the same bytes: no clock goes into the archive."""

DESCRIPTIONS = {
    "month": ("The month of the check-in", "gYearMonth"),
    "group": ("All tenants, one housing association, or the smaller ones together", "string"),
    "measure": (
        "mailed: tenants handed over for the mailing. replies: how many replied. response_rate: "
        "replies in per cent of mailed. share: in per cent of replies",
        "string",
    ),
    "question": ("The question's key, for shares", "string"),
    "option": ("The answer's key, for shares; no-answer: skipped, or not asked", "string"),
    "estimate": ("People, or per cent for rates and shares; empty where note says why", "decimal"),
    "margin": ("Half the width of the 95% interval, in the estimate's unit", "decimal"),
    "note": ("; ".join(f"{sign} {words}" for sign, words in MEANINGS.items()), "string"),
}
README = """\
Check-in: released figures
==========================

One CSV file a month, tidy: one figure a row. Beside each lies its description (CSV on the Web,
W3C 2015). `all.csv` has every month under one header.

Every figure has noise in it, drawn once: differential privacy, epsilon = 1 a tenant and month.
Estimates below 10 people are hidden and counts are rounded to 5. Read each figure with its margin.
Do not conclude anything about a person, from a difference smaller than the two margins together,
or from those who replied about those who did not.

[c] hidden for confidentiality   [x] not available   [z] not applicable
"""


def metadata(document: Document, *, url: str) -> dict[str, Any]:
    """A month's CSV described as CSV on the Web (W3C Recommendation, 17 December 2015)."""
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
        ],
        "tableSchema": {
            "columns": [_column(name) for name in releases.COLUMNS],
            "primaryKey": ["month", "group", "measure", "question", "option"],
        },
    }


def archive(documents: Sequence[Document]) -> bytes:
    """A zip of every month's CSV and metadata, all of them together, and a README."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as files:
        _put(files, "README.txt", README)
        _put(files, "all.csv", releases.as_csv(*documents))
        for document in documents:
            name = f"{document['month']}.csv"
            _put(files, name, releases.as_csv(document))
            described = json.dumps(metadata(document, url=name), indent=2, ensure_ascii=False)
            _put(files, f"{document['month']}.metadata.json", described)
    return out.getvalue()


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
