"""The campaign file: front matter and Markdown, read and written without loss.

Every problem is reported at once, with its line in the file.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from campaigns.content import acceptance, front_matter, sections
from campaigns.content.fields import EMPTY, Content, tidy
from campaigns.content.findings import Finding, field_label
from campaigns.content.front_matter import Header
from campaigns.content.sections import Body
from kit.errors import BadInput, Problem


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """The content of a campaign file.

    `send_at` (UTC) and `window` are None if the file leaves them to the series.
    """

    month: str
    send_at: datetime | None
    window: timedelta | None
    content: Content


def parse(text: str) -> CampaignFile:
    """Read a campaign file.

    Raises:
        BadInput: naming the line and the field of everything that is wrong.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    header, first_body_line = front_matter.read(lines)
    body = sections.read(lines[first_body_line - 1 :], first_body_line)
    parts: dict[str, Any] = {**header.texts, **body.texts}
    content = tidy(replace(EMPTY, **parts, questions=header.questions, tips=body.tips))
    problems = [
        *header.problems,
        *body.problems,
        *_content_problems(content, header, body),
    ]
    if problems:
        raise BadInput(problems)
    return CampaignFile(header.month, header.send_at, header.window, content)


def write(campaign: CampaignFile) -> str:
    """The file of a campaign; `parse` reads the same campaign back."""
    head = front_matter.write(
        month=campaign.month,
        send_at=campaign.send_at,
        window=campaign.window,
        content=campaign.content,
    )
    return f"{head}{sections.write(campaign.content)}"


def _content_problems(content: Content, header: Header, body: Body) -> list[Problem]:
    """The flaws of the content, but for those of keys that are already named as missing."""
    return [
        Problem(_place(flaw, header, body), flaw.message)
        for flaw in acceptance.flaws(content, header.month or front_matter.ANY_MONTH)
        if flaw.field not in header.missing
    ]


def _place(flaw: Finding, header: Header, body: Body) -> str:
    start = {**header.lines, **body.lines}.get(flaw.field)
    label = field_label(flaw.field)
    return label if start is None else f"line {start + (flaw.line or 1) - 1}, {label}"
