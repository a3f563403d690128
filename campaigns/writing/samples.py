"""A month's email to begin with: neutral, plain, and without figures that go stale."""

from campaigns.content import files
from campaigns.content.fields import Content
from kit.months import first_day
from kit.templating import TEMPLATES

SAMPLE = TEMPLATES / "email" / "sample.md"
MONTH_SLOT = "month: MONTH"


def sample_file(month: str) -> str:
    """The sample as a campaign file of `month` ("2026-12"); ValueError if that is not a month."""
    first_day(month)
    return SAMPLE.read_text("utf-8").replace(MONTH_SLOT, f"month: {month}", 1)


def sample_content(month: str) -> Content:
    """The sample's content."""
    return files.parse(sample_file(month)).content
