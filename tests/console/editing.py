"""A person at the editor without a script: what they see in the form, and what they press."""

import re
from html import unescape

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from campaigns.content.fields import Content
from campaigns.planning import drafts
from tests.console import months
from tests.console.site import AUTHOR, ConsoleSite, Visitor

MONTH = "2026-12"
WRITE = f"/campaigns/{MONTH}/write"
COLLEAGUE = "colleague@example.org"
BACKGROUND = {"X-Checkin-Background": "typing"}
AREAS = re.compile(r'<textarea[^>]* name="(\w+)"[^>]*>\n(.*?)</textarea>', re.DOTALL)

Form = MultiDict[str, str]


def form_of(page: str) -> Form:
    """What a browser would send of the editor, its fields in the page's order."""
    editor = page[page.index('id="editor"') :]
    found = sorted(
        (match.start(), match[1], unescape(match[2]))
        for pattern in (re.compile(r'<input [^>]*?name="(\w+)" value="([^"]*)"'), AREAS)
        for match in pattern.finditer(editor)
    )
    return MultiDict([(name, value) for _, name, value in found])


def press(visitor: Visitor, do: str, form: Form | None = None, **fields: str) -> TestResponse:
    """Send the editor's form, or `form`, by the button `do`, some fields typed anew."""
    sent = form if form is not None else form_of(visitor.get(WRITE).text)
    for name, value in fields.items():
        sent[name] = value
    sent["do"] = do
    return visitor.client.post(WRITE, data=sent)


def begin(site: ConsoleSite) -> Visitor:
    """The month has a draft, and its author is signed in."""
    with site.campaign.writing() as session:
        months.draft(session, MONTH, now=site.clock.now)
    return site.signed_in(AUTHOR)


def colleague_saves(site: ConsoleSite) -> None:
    """Somebody else saves another closing."""
    with site.campaign.writing() as session:
        theirs = {**drafts.current(session, MONTH).as_json(), "closing": "Theirs."}
        drafts.save(
            session,
            month=MONTH,
            content=Content.from_json(theirs),
            by=COLLEAGUE,
            now=site.clock.now,
        )


def saved(site: ConsoleSite) -> Content:
    """The month's text."""
    with site.campaign.reading() as session:
        return drafts.current(session, MONTH)
