"""Steps of a month's conversation as people press them, and what is mailed about them."""

import re

from campaigns.planning import step_notices
from tests.console.editing import MONTH
from tests.console.site import ConsoleSite, Visitor

PAGE = f"/campaigns/{MONTH}"


def do(visitor: Visitor, what: str, **fields: str) -> int:
    """Press the button of a confirmation page."""
    page = visitor.get(f"{PAGE}/{what}").text
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    fields["seen"] = seen[1] if seen else ""
    return visitor.post(f"{PAGE}/{what}", form_at=f"{PAGE}/{what}", **fields).status_code


def mailed(site: ConsoleSite) -> list[tuple[str, str]]:
    """(to, subject) of what was mailed since the last look."""
    sent = [(to, letter.subject) for to, letter in site.letters.kept]
    site.letters.kept.clear()
    return sent


def tick(site: ConsoleSite) -> int:
    """What the workers send of the steps that nobody was told of."""
    return step_notices.tell(
        site.campaign, site.letters, console_url="http://console", clock=site.clock
    )
