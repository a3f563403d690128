"""Meet three more fields wherever staff do, in a copy of the tree that has them; prints JSON.

`test_one_more_field` makes the copy and runs this in it.
"""

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from campaigns.checks import checklist
from campaigns.content import files
from campaigns.content.compile import compile_message
from campaigns.content.fields import Content
from campaigns.planning import drafts
from campaigns.writing import differences, merging, samples
from checkin.databases import Side, upgrade_side
from checkin.reference import content as reference
from kit.database import Database
from tests.conftest import NOW
from tests.console import site as sites
from tests.console.editing import MONTH, WRITE, begin, press, saved
from tests.console.site import APPROVER, ConsoleSite, words_of

TYPED = {
    "postscript": "TODO: one more word.",
    "headline": "Read this",
    "welsh_headline": "Darllenwch hyn",
}
LABELS = ("Headline", "Postscript Said last.", "Welsh headline")


def main() -> None:
    """Print what is seen of the fields, place by place."""
    with tempfile.TemporaryDirectory() as name:
        side = Side("campaign", f"sqlite:///{name}/campaign.db")
        upgrade_side(side)
        database = Database(side.url)
        print(json.dumps(_seen(sites.build(database, Path(name), NOW))))
        database.dispose()


def _seen(site: ConsoleSite) -> dict[str, Any]:
    author = begin(site)
    before = saved(site)
    empty = words_of(author.get(WRITE))
    press(author, "", None, **TYPED)
    now = saved(site)
    message = compile_message(now, MONTH)
    with site.campaign.reading() as session:
        exported = drafts.export_file(session, MONTH)
    added = {**before.as_json(), "closing": "Mine."}
    found = checklist.check(now, message, known_questions=now.questions)
    return {
        "form": [label for label in LABELS if label in empty],
        "saved": {name: getattr(now, name) for name in TYPED},
        "difference": [change.label for change in differences.compare(before, now)],
        "merge": merging.merge(before, Content.from_json(added), now).content.as_json()
        == {**now.as_json(), "closing": "Mine."},
        "checks": sorted({each.place for each in found if each.field in TYPED}),
        "file": files.parse(exported).content == now,
        "export": [line for line in ("headline: Read this", "## Postscript") if line in exported],
        "email": [
            words in part
            for part in (message.html, message.text)
            for words in ("Read this", "one more word", "Darllenwch hyn")
        ],
        "approver": "Postscript" in site.signed_in(APPROVER).text(f"/campaigns/{MONTH}/send-back"),
        "reference": "| Postscript | under `## Postscript` |" in reference.page(),
        "before": Content.from_json(_without(before)) == replace(before),
        "sample": samples.sample_content(MONTH) == before,
    }


def _without(content: Content) -> dict[str, Any]:
    """A text that was stored before there were such fields."""
    return {name: value for name, value in content.as_json().items() if name not in TYPED}


if __name__ == "__main__":
    main()
