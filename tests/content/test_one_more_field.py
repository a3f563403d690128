"""A field more is a line in the table and a place in the email: nothing else lists the fields."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.test_walls import ROOT

LEFT = shutil.ignore_patterns("__pycache__", "node_modules", "screens", "*.png")
COPIED = (
    *("campaigns", "checkin", "console", "kit", "links", "migrations", "portal", "replies"),
    *("reports", "sandbox", "tasks", "templates", "tenants", "tests"),
)
CLOSING = """            help="Thank them, and sign.",
            rows=4,
        ),
    ]
"""
FIELDS = """    headline: Annotated[
        str, Field("Headline", FieldKind.LINE, part="On top", limit=80, shown=20)
    ] = ""
    postscript: Annotated[
        str, Field("Postscript", FieldKind.TEXT, part="At the end", help="Said last.", rows=2)
    ] = ""
    welsh_headline: Annotated[
        str, Field("Welsh headline", FieldKind.LINE, part=CYMRAEG, limit=80, language=WELSH)
    ] = ""
"""
PAGE_CLOSING = """<div class="prose closing">{{ half.closing }}</div>
{% endif %}
"""
TEXT_CLOSING = """{{ half.closing }}
{% endif %}
"""
PLACES = "{{ half.headline }}\n{{ half.postscript }}\n"
EDITS = {
    "campaigns/content/fields.py": (CLOSING, FIELDS),
    "templates/email/half.html.j2": (PAGE_CLOSING, PLACES),
    "templates/email/half.txt.j2": (TEXT_CLOSING, PLACES),
}
"""File → after which words, and what is added."""
FILES_MOST = 4


def test_a_field_more_is_seen_everywhere(tmp_path: Path) -> None:
    for name in COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=LEFT)
    for name, (after, added) in EDITS.items():
        file = tmp_path / name
        text = file.read_text("utf-8")
        assert 1 == text.count(after), name
        file.write_text(text.replace(after, after + added), "utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "tests.content.one_more_field"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "" == done.stderr
    assert {
        "form": ["Headline", "Postscript Said last.", "Welsh headline"],
        "saved": {
            "postscript": "TODO: one more word.",
            "headline": "Read this",
            "welsh_headline": "Darllenwch hyn",
        },
        "difference": ["Headline", "Postscript", "Welsh headline"],
        "merge": True,
        "checks": ["postscript, line 1"],
        "file": True,
        "export": ["headline: Read this", "## Postscript"],
        "email": [True] * 6,
        "approver": True,
        "reference": True,
        "before": True,
        "sample": True,
    } == json.loads(done.stdout)
    assert len(EDITS) < FILES_MOST
