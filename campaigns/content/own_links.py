"""Stand-ins for a recipient's own links while a message is being compiled.

premailer mangles `{{reply_link}}` in an attribute, so plain addresses stand there and are swapped
afterwards. Each is made from a hash of the content, which no author can write into that content,
so nothing an author types can turn into somebody's link.

A link that is glued to something else is a tracker that holds it: mail programs make one address of
whatever stands together. So it stands alone, or is the whole target of a link.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterator
from datetime import date

from campaigns.content.fields import Content
from campaigns.content.placeholders import (
    MONTH,
    MONTH_NAME,
    PERIOD,
    PORTAL,
    REPLY_LINK,
    STOP_LINK,
    WELSH_LINK,
    WELSH_STOP_LINK,
)
from kit.languages import ENGLISH, WELSH
from kit.months import month_name, period

BEFORE = re.compile(r"(?:^|[ \t\n])\(?\Z")
IN = {
    ENGLISH: {REPLY_LINK: REPLY_LINK, STOP_LINK: STOP_LINK},
    WELSH: {REPLY_LINK: WELSH_LINK, STOP_LINK: WELSH_STOP_LINK},
}
"""Language → what an author writes for a recipient's link → the link that opens in the language."""
AFTER = re.compile(r"\)?[.,;:!?]?(?:[ \t\n]|\Z)")


def stand_ins(content: Content) -> dict[str, str]:
    """Placeholder name → the address that stands for it in this content."""
    digest = hashlib.sha256(json.dumps(content.as_json()).encode()).hexdigest()[:20]
    return {
        REPLY_LINK: f"https://reply-link-{digest}.invalid",
        STOP_LINK: f"https://stop-link-{digest}.invalid",
        WELSH_LINK: f"https://welsh-link-{digest}.invalid",
        WELSH_STOP_LINK: f"https://welsh-stop-link-{digest}.invalid",
        PORTAL: f"portal-{digest}.invalid",
    }


def substitutes(*, reply_link: str, stop_link: str) -> dict[str, str]:
    """Placeholder name → what stands there in one recipient's email.

    A Welsh link is the link with `/cy` before its last two parts, and the portal is its address in
    words, without `https://`.
    """
    return {
        REPLY_LINK: reply_link,
        STOP_LINK: stop_link,
        WELSH_LINK: _in_welsh(reply_link, "/r/"),
        WELSH_STOP_LINK: _in_welsh(stop_link, "/stop/"),
        PORTAL: reply_link.partition("/r/")[0].partition("://")[2],
    }


def _in_welsh(link: str, path: str) -> str:
    """The link itself where it does not lead to the portal, as in the console's preview."""
    portal, found, token = link.partition(path)
    return f"{portal}/cy{path}{token}" if found else link


def values(
    content: Content, month: str, language: str = ENGLISH, *, last_check_in: date | None = None
) -> dict[str, str]:
    """Every placeholder an author may write, with what it becomes before compiling."""
    addresses = stand_ins(content)
    return {
        MONTH: month,
        MONTH_NAME: month_name(month, language),
        PERIOD: period(last_check_in, language),
        **{written: addresses[name] for written, name in IN[language].items()},
    }


def swap(rendered: str, stand_ins: dict[str, str]) -> str:
    """Put `{{reply_link}}` and the like, as SES substitutes them, in their places."""
    for name, address in stand_ins.items():
        rendered = rendered.replace(address, f"{{{{{name}}}}}")
    return rendered


def glued(text: str, links: Collection[str]) -> Iterator[int]:
    """Where in plain text one of `links` does not stand alone: the index of each.

    Alone means between blanks, ends of lines or round brackets; a punctuation mark may follow.
    """
    for found in re.finditer("|".join(map(re.escape, links)), text):
        before, after = text[: found.start()], text[found.end() :]
        if not (BEFORE.search(before) and AFTER.match(after)):
            yield found.start()
