"""A month's email to begin with: neutral, plain, and without figures that go stale."""

from campaigns.content import files
from campaigns.content.fields import Content
from kit.months import first_day
from kit.templating import TEMPLATES

SAMPLE = TEMPLATES / "email" / "sample.md"
WELSH = TEMPLATES / "email" / "sample.cy.md"
"""What the file has more if the email is in both languages: lines of the front matter, the rest."""
MONTH_SLOT = "month: MONTH"


def sample_file(month: str) -> str:
    """The sample as a campaign file of `month` ("2026-12"); ValueError if that is not a month."""
    first_day(month)
    return SAMPLE.read_text("utf-8").replace(MONTH_SLOT, f"month: {month}", 1)


def sample_content(month: str) -> Content:
    """The sample's content."""
    return files.parse(sample_file(month)).content


def bilingual_file(month: str) -> str:
    """The sample with its Welsh half."""
    lines, _fence, body = WELSH.read_text("utf-8").partition("---\n")
    return sample_file(month).replace("questions:", f"{lines}questions:", 1) + body


def bilingual_content(month: str) -> Content:
    """The content of the sample with its Welsh half."""
    return files.parse(bilingual_file(month)).content
