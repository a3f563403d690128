"""What the reference says in words is what the code takes."""

import re

from campaigns.content import files
from kit.settings import Settings
from tenants.roster.columns import OPTIONAL, REQUIRED
from tests.docs import pages

PAGE = pages.ROOT / "docs" / "files.md"
COLUMN = re.compile(r"^\| `(\w+)` \| (required)?", re.MULTILINE)


def test_every_setting_says_what_it_means() -> None:
    fields = Settings.model_fields

    assert [] == [name for name, field in fields.items() if not field.description]


def test_the_rosters_columns_are_those_that_are_read() -> None:
    listed = dict(COLUMN.findall(PAGE.read_text("utf-8")))

    assert set(REQUIRED) == {name for name, required in listed.items() if required}
    assert set(OPTIONAL) == {name for name, required in listed.items() if not required}


def test_the_campaign_file_that_is_shown_can_be_imported() -> None:
    shown = next(block.text for block in pages.blocks(PAGE) if block.text.startswith("---"))

    parsed = files.parse(shown.replace("\n…\n", "\nThank you.\n"))

    assert ("2026-12", 6) == (parsed.month, len(parsed.content.questions))
