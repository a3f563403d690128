"""Each page that staff can meet, and how a person gets there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from playwright.sync_api import Page

from tests.console import fictional
from tests.console.fictional import APPROVED, GOING, STARTED, WRITTEN
from tests.console.site import ADMIN, ANALYST, APPROVER, AUTHOR, ConsoleSite

NOBODY, READY = "", "Ready for approval"
FORGE = """document.querySelectorAll("[name=csrf_token]").forEach(each => each.value = "x")"""


@dataclass(frozen=True)
class ConsolePage:
    """A path as `who` sees it, after filling in fields by label and pressing a button, if any.

    `forged` spoils the form's token first; `together` lets a colleague write the month meanwhile.
    `shows` is what the page says after the button where a script may answer it in place. `plain`
    sends the editor as without a script, and `ended` as after the session ended.
    """

    path: str
    who: str = AUTHOR
    fill: Mapping[str, str] = field(default_factory=dict)
    press: str = ""
    forged: bool = False
    together: str = ""
    shows: str = ""
    plain: bool = False
    ended: bool = False

    def visit(self, site: ConsoleSite, page: Page) -> None:
        """Go there; `page` is that person's own."""
        page.goto(site.link(AUTHOR) if self.path == "LINK" else self.path)
        for label, words in self.fill.items():
            page.get_by_label(label, exact=True).fill(words)
        if self.forged:
            page.evaluate(FORGE)
        if self.together:
            with site.campaign.writing() as session:
                fictional.write_too(session, self.together)
        if self.plain:
            self._send_plainly(page)
            return
        button = page.get_by_role("button", name=self.press, exact=True).first
        if self.press and self.shows:
            button.click()
            page.get_by_text(self.shows).first.wait_for()
        elif self.press:
            with page.expect_navigation():
                button.click()

    def _send_plainly(self, page: Page) -> None:
        cookies = page.context.cookies()
        if self.ended:
            page.context.clear_cookies()
        with page.expect_navigation():
            page.evaluate("document.getElementById('editor').submit()")
        page.context.add_cookies(cast("Any", cookies))


def _month(name: str, more: str = "") -> str:
    return f"/campaigns/{name}{more}"


PLACES = {
    "sign-in": ConsolePage("/sign-in", NOBODY),
    "sign-in-at-fault": ConsolePage("/sign-in", NOBODY, {"Email address": "me"}, "Send me a link"),
    "sign-in-sent": ConsolePage("/sign-in", NOBODY, {"Email address": AUTHOR}, "Send me a link"),
    "sign-in-accept": ConsolePage("LINK", NOBODY),
    "sign-in-over": ConsolePage("/sign-in/altered", NOBODY),
    "nowhere-signed-out": ConsolePage("/nowhere", NOBODY),
    "year": ConsolePage("/"),
    "year-of-an-analyst": ConsolePage("/", ANALYST),
    "month": ConsolePage(_month(WRITTEN)),
    "month-dark": ConsolePage(_month(WRITTEN, "?view=dark"), APPROVER),
    "month-of-an-analyst": ConsolePage(_month(WRITTEN), ANALYST),
    "month-void": ConsolePage(_month(STARTED), APPROVER),
    "month-sent": ConsolePage(_month("2026-10"), ANALYST),
    "sending": ConsolePage(_month(GOING, "#sending")),
    "write": ConsolePage(_month(WRITTEN, "/write")),
    "write-with-findings": ConsolePage(
        _month(STARTED, "/write"),
        fill={"Subject": "", "Closing": "[click here](http://example.org)"},
        press=READY,
    ),
    "write-removed": ConsolePage(
        _month(WRITTEN, "/write"), press="Remove tip 2", shows="Put back the tip"
    ),
    "write-approved": ConsolePage(_month(APPROVED, "/write")),
    "write-together": ConsolePage(
        _month(WRITTEN, "/write"),
        fill={"Closing": "Thank you, and a warm winter."},
        press=READY,
        together=WRITTEN,
        shows="two of you changed the same words",
    ),
    "unsaved": ConsolePage(_month(STARTED, "/write"), forged=True, plain=True),
    "unsaved-signed-out": ConsolePage(_month(STARTED, "/write"), plain=True, ended=True),
    "time": ConsolePage(_month(STARTED, "/time")),
    "time-at-fault": ConsolePage(
        _month(STARTED, "/time"),
        fill={"It may be late by, hours": "0"},
        press="Save the time",
    ),
    "time-odd": ConsolePage(
        _month(STARTED, "/time"), fill={"Time": "03:00"}, press="Save the time"
    ),
    "versions": ConsolePage(_month(WRITTEN, "/versions")),
    "version": ConsolePage(_month(WRITTEN, "/versions/1")),
    "version-compared": ConsolePage(_month(WRITTEN, "/versions/2"), ANALYST),
    "approve": ConsolePage(_month(WRITTEN, "/approve"), APPROVER),
    "approve-too-late": ConsolePage(_month("2026-10", "/approve"), APPROVER),
    "send-back": ConsolePage(_month(WRITTEN, "/send-back"), APPROVER),
    "send-back-at-fault": ConsolePage(
        _month(WRITTEN, "/send-back"), APPROVER, press="Send it back"
    ),
    "bounces": ConsolePage(_month(GOING, "/bounces")),
    "pause": ConsolePage(_month(GOING, "/pause"), ADMIN),
    "cancel": ConsolePage(_month(GOING, "/cancel")),
    "leave-unknown": ConsolePage(_month(GOING, "/leave-unknown"), APPROVER),
    "resume-sending": ConsolePage("/sending/resume"),
    "series": ConsolePage("/series"),
    "series-of-an-analyst": ConsolePage("/series", ANALYST),
    "series-shown": ConsolePage("/series", fill={"At": "09:30"}, press="Show the dates"),
    "series-at-fault": ConsolePage("/series", fill={"At": "25:00"}, press="Save this rule"),
    "reports": ConsolePage("/reports", ANALYST),
    "reports-month": ConsolePage("/reports/2026-10", ANALYST),
    "reports-none": ConsolePage("/reports/2026-09", ANALYST),
    "reports-group": ConsolePage("/reports?group=South+Homes+%28example%29", ANALYST),
    "reports-month-group": ConsolePage(
        "/reports/2026-10?group=North+Homes+%26+Co+%28example%29", ANALYST
    ),
    "reports-month-rate": ConsolePage("/reports/2026-10?group=Other+housing+associations", ANALYST),
    "reports-compare": ConsolePage("/reports/compare", ANALYST),
    "reports-compare-groups": ConsolePage(
        "/reports/compare?month=2026-08&with_month=2026-08"
        "&group=North+Homes+%26+Co+%28example%29&with_group=South+Homes+%28example%29",
        ANALYST,
    ),
    "suppressions": ConsolePage("/suppressions?kind=manual"),
    "suppressions-found": ConsolePage(
        "/suppressions", fill={"Email address": "tenant-007@example.org"}, press="Find"
    ),
    "suppressions-at-fault": ConsolePage(
        "/suppressions", fill={"Email address": "tenant"}, press="Add by hand"
    ),
    "audit": ConsolePage("/audit"),
    "audit-of-nobody": ConsolePage("/audit?month=2031-01", APPROVER),
    "staff": ConsolePage("/staff", ADMIN),
    "staff-at-fault": ConsolePage("/staff", ADMIN, {"Email address": "me"}, "Add"),
    "sign-out-everywhere": ConsolePage("/sign-out-everywhere"),
    "stale-form": ConsolePage("/suppressions", press="Find", forged=True),
    "not-for-this-role": ConsolePage("/staff"),
    "nowhere": ConsolePage("/nowhere"),
    "sample-link": ConsolePage("/sample-link", NOBODY),
}
